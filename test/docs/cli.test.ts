import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseContextFile } from '../../cli/context/context-file.ts';
import { commandLinePage } from '../../tools/cli-docs.ts';
import { everyCommand, inertProgram, runCommand } from '../support/run-command.ts';

const commands = everyCommand(inertProgram({})).map((command) => {
  const names: string[] = [];
  for (let at = command; at.parent !== null; at = at.parent) names.unshift(at.name());
  return names.join(' ');
});
let home: string;

beforeAll(async () => {
  // Examples name contexts.
  home = await mkdtemp(path.join(tmpdir(), 'token-vending-cli-docs-'));
  await mkdir(path.join(home, 'token-vending'));
  const contexts = { staging: { endpoint: 'https://staging.example.com' } };
  await writeFile(path.join(home, 'token-vending/config.yaml'), JSON.stringify({ contexts }));
});
afterAll(() => rm(home, { recursive: true }));

describe('docs/cli.md', () => {
  it('is what the definitions make: npm run cli:docs writes it', async () => {
    const file = fileURLToPath(new URL('../../docs/cli.md', import.meta.url));
    expect(await readFile(file, 'utf8')).toBe(commandLinePage());
  });

  it('has every command', () => {
    const headings = [...commandLinePage().matchAll(/^## ([a-z-]+(?: [a-z-]+)?)$/gm)];
    expect(headings.map(([, name]) => name)).toEqual(commands.filter((name) => name !== ''));
  });
});

describe('the file of contexts', () => {
  it('is one as docs/cli.md shows it', () => {
    const [, yaml = ''] = /^```yaml\n(.*?)^```$/ms.exec(commandLinePage()) ?? [];
    const { current, contexts } = parseContextFile(yaml, 'docs/cli.md');
    expect([current, Object.keys(contexts)]).toEqual(['staging', ['staging', 'production']]);
  });
});

describe('the help page', () => {
  it.each(commands)(
    'of "token-vending %s" has --json, and examples that parse',
    async (command) => {
      const { code, stdout } = await runCommand([...command.split(' ').filter(Boolean), '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain('--json');
      const [, examples = ''] = /\nExamples:\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
      const lines = commandLinesOf(examples);
      expect(lines).not.toEqual([]);
      for (const argv of lines) expect([argv, await mistakeIn(argv)]).toEqual([argv, undefined]);
    },
  );

  it('shows where an example would not parse', async () => {
    expect(await mistakeIn(['token', '--frobnicate'])).toMatch(/unknown option '--frobnicate'/);
    expect(await mistakeIn(['frobnicate'])).toMatch(/unknown command/);
  });
});

/** What is wrong with a command line, nothing being done. */
async function mistakeIn(argv: readonly string[]): Promise<string | undefined> {
  try {
    await inertProgram({ XDG_CONFIG_HOME: home }).parseAsync([...argv], { from: 'user' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The words of each call of token-vending in a piece of shell, without what another command gets. */
function commandLinesOf(shell: string): string[][] {
  const text = shell.replaceAll(/\\\n */g, '');
  return [...text.matchAll(/(?<![\w/.])token-vending(?= )/g)].map(({ index }) => {
    const words: string[] = [];
    const WORD = /[ \t]*(?:(#.*|[|&;)>\n])|((?:"[^"]*"|'[^']*'|[^\s|&;)>"'])+))/y;
    WORD.lastIndex = index + 'token-vending'.length;
    for (let found = WORD.exec(text); found?.[2] !== undefined; found = WORD.exec(text)) {
      const word = found[2].replaceAll(/["']/g, '');
      if (word === '--') break;
      words.push(word);
    }
    return words;
  });
}
