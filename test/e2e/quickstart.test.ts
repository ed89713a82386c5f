import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const page = await readFile(path.join(root, 'docs/quickstart.md'), 'utf8');
let directory: string;
let stop: () => Promise<unknown>;

// The result of `npm ci` on the page: its commands exist, on the built bundle and the sources.
const COMMANDS = {
  npx: `shift 2; exec '${process.execPath}' '${root}dist/cli/token-vending.mjs' "$@"`,
  npm: `case "$*" in
  start) exec '${process.execPath}' '${root}local/start.ts' ;;
  'run --silent local:client -- '*) shift 4; exec '${process.execPath}' '${root}local/register-client.ts' "$@" ;;
esac`,
};
const environment = () => ({
  PATH: `${directory}/bin${path.delimiter}${process.env['PATH']}`,
  HOME: directory,
  TOKEN_VENDING_LOCAL_PORT_GATEWAY: '0',
  TOKEN_VENDING_LOCAL_PORT_AUTHORIZATION_SERVER: '0',
  TOKEN_VENDING_LOCAL_PORT_SECRETS: '0',
  TOKEN_VENDING_LOCAL_PORT_IAM_API: '0',
  TOKEN_VENDING_LOCAL_PORT_KMS: '0',
  TOKEN_VENDING_LOCAL_PORT_STS: '0',
  TOKEN_VENDING_LOCAL_PORT_CERTIFICATES: '0',
  TOKEN_VENDING_LOCAL_PORT_REGISTRY: '0',
});

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-quickstart-'));
  await cp(path.join(root, 'policies'), path.join(directory, 'policies'), { recursive: true });
  await mkdir(path.join(directory, 'bin'));
  for (const [name, script] of Object.entries(COMMANDS))
    await writeFile(path.join(directory, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const child = spawn('npm', ['start'], {
    cwd: directory,
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stop = async () => {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  };
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('Ctrl-C stops it.')) break;
  }
  expect(said).toContain('token-vending is up.');
});
afterAll(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

async function type(commands: string): Promise<{ stdout: string; code: number }> {
  const known = commands.includes('. .local/env') ? '' : '. .local/env; ';
  return await run('sh', ['-c', `set -e; ${known}${commands}`], {
    cwd: directory,
    env: environment(),
    timeout: 100_000,
  }).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    ({ stdout, stderr, code }) => ({ stdout: `${stdout}${stderr}`, code }),
  );
}

describe('docs/quickstart.md', () => {
  it('starts with the two commands of a fresh clone', () => {
    expect(/^```console\n(.*?)^```$/ms.exec(page)?.[1]).toBe('npm ci\nnpm start\n');
  });

  it('leads from there to a first token for a new team, with its exact commands', async () => {
    const steps = [...page.matchAll(/^```sh( fails-with-3)?\n(.*?)^```$/gms)];
    const outputs: string[] = [];
    for (const [, fails, commands = ''] of steps) {
      const { stdout, code } = await type(commands);
      const expected = fails === undefined ? 0 : 3;
      expect([commands, code, stdout]).toEqual([commands, expected, stdout]);
      outputs.push(stdout);
    }
    expect(outputs).toEqual([
      expect.stringMatching(
        /^0\.\d+\.\d+\nfunction .*\nprincipal +arn:aws:iam::111122223333:role\//,
      ),
      expect.stringMatching(/^no\n/),
      'policies/helpdesk.cedar\n',
      expect.stringMatching(/^helpdesk\/tickets-api created: version /),
      expect.stringMatching(/^yes\ndecided by {3}helpdesk-ci\n\{"access_token":"eyJ/),
      expect.stringMatching(/^a token of \d{3,} characters\n$/),
      expect.stringContaining('(policy_denied)'),
      expect.stringMatching(/ vend .*helpdesk\/tickets-api(.*\n)*.*Every chain is consistent/),
    ]);
  }, 240_000);
});
