import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeCommands } from '../../../cli/completion/command-words.ts';
import { inertProgram, runCommand } from '../../support/run-command.ts';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'token-vending-completion-'));
  await writeFile(path.join(folder, 'document.json'), '{}');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout, code } = await runCommand(['completion', shell]);
    expect(code).toBeUndefined();
    await writeFile(path.join(folder, `script.${shell}`), stdout);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** The words of the line, of which the last is at the cursor, and the expected completions. */
const lines: [line: string, offers: string[], withholds?: string[]][] = [
  ['', ['token', 'exec', 'context', 'completion'], ['help', 'set', '--json']],
  ['con', ['context'], ['token']],
  ['context ', ['list', 'use', 'set', 'remove'], ['token']],
  ['--profile context policy ', ['check', 'test', 'explain'], ['use']],
  ['token --sc', ['--scope'], ['--json', '--env']],
  ['exec --', ['--env', '--scope', '--json'], ['--header']],
  ['audit search --decision ', ['allow', 'deny'], ['--kind', 'vend']],
  ['audit search x --kind vend', ['vend'], ['denial', 'allow']],
  ['completion ', ['bash', 'zsh', 'fish'], ['token']],
  ['token --scope ', [], ['token', '--json']],
  ['credentials put a/b --file ', ['document.json'], ['list']],
];

// Each gets the words of the line in $1..., of which the last is at the cursor, and prints one
// completion on each line.
const DRIVERS: Record<string, string> = {
  bash: `source ./script.bash; compopt() { COMPREPLY=($(compgen -f -- "$current")); }
COMP_WORDS=(token-vending "$@"); COMP_CWORD=$#; _token_vending
for offer in "\${COMPREPLY[@]}"; do echo "$offer"; done`,
  zsh: `compdef() { :; }; source ./script.zsh
_describe() { for offer in "\${(@P)@[-1]}"; do echo "\${offer%%:*}"; done }
compadd() { shift; print -l -- "$@"; }; _files() { ls; }
words=(token-vending "$@"); CURRENT=$(($# + 1)); _token_vending | grep -- "^\${@[-1]}" || true`,
  fish: `source ./script.fish; complete -C "token-vending $argv" | cut -f1`,
};

async function offersOf(shell: string, line: string): Promise<string[]> {
  const args = shell === 'fish' ? ['--', line] : line.split(' ');
  const flags = shell === 'bash' ? ['--norc', '-c'] : shell === 'zsh' ? ['-f', '-c'] : ['-N', '-c'];
  const end = shell === 'fish' ? [] : [shell];
  const { stdout } = await run(shell, [...flags, DRIVERS[shell] ?? '', ...end, ...args], {
    cwd: folder,
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder },
  });
  return stdout.split('\n').filter((offer) => offer !== '');
}

function describeShell(shell: string, body: () => void): void {
  if (spawnSync(shell, ['-c', 'exit 0']).status === 0) {
    describe(`completion in ${shell}`, body);
    return;
  }
  process.stderr.write(`\nSKIPPED: completion in ${shell}: there is no ${shell} on the PATH.\n\n`);
  describe.skip(`completion in ${shell}`, body);
}

for (const shell of ['bash', 'zsh', 'fish'])
  describeShell(shell, () => {
    it.each(lines)('after "token-vending %s"', async (line, offers, withholds = []) => {
      const offered = await offersOf(shell, line);
      expect(offered).toEqual(expect.arrayContaining(offers));
      for (const word of withholds) expect(offered).not.toContain(word);
      if (offers.length === 0) expect(offered).toEqual([]);
    });
  });

describe('completion', () => {
  const commands = describeCommands(inertProgram({}));

  it('knows every command that help shows', () => {
    const paths = commands.map(({ path: at }) => at);
    expect(paths).toEqual(
      expect.arrayContaining(['', 'token', 'audit verify', 'context set', 'completion']),
    );
  });

  it('tells the value of an option from the next word: an option takes a value in every command or in none', () => {
    const takes = new Map<string, boolean>();
    for (const { path: at, options } of commands)
      for (const { name, value } of options) {
        expect([at, name, takes.get(name) ?? value !== undefined]).toEqual([
          at,
          name,
          value !== undefined,
        ]);
        takes.set(name, value !== undefined);
      }
    expect(takes.get('--scope')).toBe(true);
  });

  it('needs the name of a shell that it knows', async () => {
    const { code, stderr } = await runCommand(['completion', 'tcsh']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('Allowed choices are bash, zsh, fish'),
    ]);
  });

  it('is also available as JSON', async () => {
    const { shell, script } = JSON.parse(
      (await runCommand(['completion', 'fish', '--json'])).stdout,
    );
    expect([shell, script]).toEqual(['fish', expect.stringContaining('complete -c token-vending')]);
  });
});
