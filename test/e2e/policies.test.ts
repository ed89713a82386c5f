import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
let policies: string;
let system: TestSystem;
const logged: Record<string, unknown>[] = [];
const keep = (line: string) => {
  const { message, ...more } = JSON.parse(line);
  if (message !== undefined) logged.push({ message, ...more });
};

beforeAll(async () => {
  policies = await mkdtemp(path.join(tmpdir(), 'token-vending-policies-'));
  await cp(path.join(root, 'policies'), policies, { recursive: true });
  system = await startTestSystem({ policies, onLog: keep });
});
afterAll(async () => {
  await system.stop();
  await rm(policies, { recursive: true });
});

const ORDERS = { credential: 'checkout/orders-api', fresh: true } as const;

describe('policies of the running system', () => {
  it('deny the next request of a caller that an edit no longer permits, warm cache or not', async () => {
    const client = system.client('ci-checkout');
    await client.getToken(ORDERS);
    expect(await client.getToken(ORDERS)).toMatchObject({ source: 'cached' });
    const file = path.join(policies, 'zz-stop.cedar');
    await writeFile(
      file,
      '@id("stop") @advice("Checkout is frozen.") forbid (principal, action, resource in Team::"checkout");',
    );
    await expect(client.getToken(ORDERS)).rejects.toMatchObject({
      code: 'policy_denied',
      advice: 'Checkout is frozen.',
    });
    await rm(file);
    expect(await client.getToken(ORDERS)).toMatchObject({ source: 'cached' });
    expect(logged.filter(({ message }) => message === 'access policies loaded')).toHaveLength(2);
  });

  it('stay in force after an invalid edit, which is reported with its place', async () => {
    const file = path.join(policies, 'teams.cedar');
    const good = await readFile(file, 'utf8');
    await appendFile(file, '\n@id("broken") permit (principal');
    const client = system.client('ci-checkout');
    expect(await client.getToken(ORDERS)).toMatchObject({ source: 'cached' });
    expect(logged.at(-1)).toMatchObject({
      level: 'ERROR',
      message: expect.stringContaining('not loaded'),
      detail: expect.stringMatching(/teams\.cedar:\d+:\d+: unexpected end of input/),
    });
    await writeFile(file, good);
    await client.getToken(ORDERS);
    expect(logged.at(-1)).toMatchObject({ message: 'access policies loaded' });
  });

  it('explain a deny to the caller and to the operator', async () => {
    const scope = ['orders:write'];
    const response = await system.client('ci-inventory').evaluateAccess({ ...ORDERS, scope });
    expect(response).toMatchObject({
      decision: false,
      context: {
        policies: [],
        unmet: ['inventory-ci-reads-orders'],
        advice: expect.stringContaining('ask with the scope orders:read'),
      },
    });
    const principal = 'arn:aws:iam::111122223333:role/ci-inventory';
    const asOperator = system.client('operator').evaluateAccess({ ...ORDERS, scope, principal });
    expect(await asOperator).toEqual(response);
    await expect(
      system.client('ci-checkout').evaluateAccess({ ...ORDERS, principal }),
    ).rejects.toMatchObject({ code: 'policy_denied' });
  });
});

describe('docs/policies.md', () => {
  it('leads a new user from an unknown role to a token of a new team, with its exact commands', async () => {
    const page = await readFile(path.join(root, 'docs/policies.md'), 'utf8');
    const steps = [...page.matchAll(/^```sh( fails-with-3)?\n(.*?)^```$/gms)];
    expect(steps).toHaveLength(6);
    const local = path.relative(root, system.directory);
    await writeFile(path.join(system.directory, 'env'), environment());
    const outputs: string[] = [];
    for (const [, fails, commands = ''] of steps) {
      const script = commands
        .replaceAll(
          'npx --no-install token-vending',
          `'${process.execPath}' dist/cli/token-vending.mjs`,
        )
        .replaceAll(
          'npm run --silent local:client --',
          `'${process.execPath}' local/register-client.ts --state '${system.directory}'`,
        )
        .replaceAll('.local/', `${local}/`)
        .replaceAll(/(> |check )policies/g, `$1'${policies}'`)
        .replace(". '", ". '")
        .replace(`'${policies}'/support.cedar`, `'${policies}/support.cedar'`);
      const env = { PATH: process.env['PATH'], HOME: system.directory };
      const setup = `set -e; cd '${root}'; . '${system.directory}/env'; `;
      const { stdout, code = 0 } = await run('sh', ['-c', setup + script], {
        env,
        timeout: 100_000,
      }).then(
        (done) => ({ ...done, code: 0 }),
        (error) => error,
      );
      expect([commands, code]).toEqual([commands, fails === undefined ? 0 : 3]);
      outputs.push(stdout);
    }
    expect(outputs).toEqual([
      expect.stringContaining('arn:aws:iam::111122223333:role/newcomer'),
      expect.stringMatching(/^no\ndecided by {3}default/),
      expect.stringMatching(/^support\/tickets-api created: version /),
      '',
      expect.stringMatching(/^yes\ndecided by {3}support-ci\na token of \d{3,} characters\n$/),
      '',
    ]);
  });
});

function environment(): string {
  const { endpoint, region, directory, secretsManager } = system;
  return [
    `export TOKEN_VENDING_ENDPOINT=${endpoint} TOKEN_VENDING_REGION=${region} TOKEN_VENDING_LOCAL=true`,
    `export AWS_ENDPOINT_URL_SECRETS_MANAGER=${secretsManager.url}`,
    `export AWS_CONFIG_FILE='${directory}/callers/aws-config' AWS_SHARED_CREDENTIALS_FILE='${directory}/callers/aws-credentials'`,
    '',
  ].join('\n');
}
