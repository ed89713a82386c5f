import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextFilePath } from '../../../cli/context/context-file.ts';
import { optionsOf } from '../../../cli/global-options.ts';
import { inertProgram, runCommand } from '../../support/run-command.ts';

const PRODUCTION = 'https://production.lambda-url.eu-north-1.on.aws';
const STAGING = 'https://staging.lambda-url.eu-north-1.on.aws';
let home: string;
let file: string;
const run = (line: string, environment: Record<string, string> = {}) =>
  runCommand(line.split(' '), { XDG_CONFIG_HOME: home, ...environment });

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'token-vending-contexts-'));
  file = contextFilePath({ XDG_CONFIG_HOME: home });
});
afterEach(() => rm(home, { recursive: true }));

async function write(text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

describe('token-vending context', () => {
  it('sets, selects and removes contexts', async () => {
    expect(await run('context list')).toMatchObject({
      stdout: '',
      stderr: 'There is no context. Create one with token-vending context set.\n',
    });
    await run(`context set production --endpoint ${PRODUCTION} --profile ci`);
    await run(`context set staging --endpoint ${STAGING} --region eu-north-1`);
    expect((await run('context')).stdout).toBe(
      `* production\n    endpoint    ${PRODUCTION}\n    profile     ci\n  staging\n    endpoint    ${STAGING}\n    region      eu-north-1\n`,
    );
    await run('context set staging --signing-service execute-api');
    expect((await run('context')).stdout).toContain(
      `    region          eu-north-1\n    signing_service execute-api\n`,
    );
    await run('context set staging --signing-service=');
    await run('context use staging');
    await run('context set production --profile= --credential checkout/orders-api');
    expect(JSON.parse((await run('context list --json')).stdout)).toEqual({
      file,
      current: 'staging',
      contexts: {
        production: { endpoint: PRODUCTION, credential: 'checkout/orders-api' },
        staging: { endpoint: STAGING, region: 'eu-north-1' },
      },
    });
    expect((await run('context remove staging')).stderr).toContain(
      'staging is removed; the current context is none (',
    );
    expect((await run('context list')).stdout).not.toContain('*');
  });

  it('writes a file that only its owner can read, and no other file', async () => {
    await run(`context set production --endpoint ${PRODUCTION}`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['config.yaml']);
  });

  it('keeps comments, and a symbolic link to the file', async () => {
    await mkdir(path.dirname(file), { recursive: true });
    const real = path.join(home, 'real.yaml');
    await writeFile(real, `# mine\ncontexts:\n  # alpha\n  a:\n    endpoint: ${STAGING}\n`);
    await symlink(real, file);
    await run('context set a --region eu-north-1');
    expect(await readFile(real, 'utf8')).toBe(
      `# mine\ncontexts:\n  # alpha\n  a:\n    endpoint: ${STAGING}\n    region: eu-north-1\ncurrent: a\n`,
    );
  });

  it.each([
    ['context set', 2, /missing required argument 'name'/],
    ['context set production', 2, /no context production yet: a new one needs --endpoint <url>\./],
    ['context set production --endpoint http://example.com', 2, /endpoint must be an https URL/],
    ['context set -- ', 2, /missing required argument/],
    [`context set a/b --endpoint ${STAGING}`, 2, /must be 1 to 64 letters, digits/],
    [`context set a --endpoint ${STAGING} --credential Orders`, 2, /must be team\/name/],
    [`context set a --endpoint ${STAGING} --region Nowhere`, 2, /must be an AWS region/],
    ['context use nowhere', 2, /no context nowhere: there is no context yet/],
    ['context remove nowhere', 2, /no context nowhere/],
  ])('refuses %s and writes nothing', async (line, code, text) => {
    const ran = await run(line);
    expect([ran.code, ran.stdout]).toEqual([code, '']);
    expect(ran.stderr).toMatch(text);
    expect(await readdir(home)).toEqual([]);
  });

  it.each([
    ['curent: a', /curent is not a key of this file; remove it or correct its name\./],
    ['current: a', /current must be one of the contexts of the file; use /],
    ['contexts: {a: {endpoint: 5}}', /contexts\.a\.endpoint must be an https URL/],
    [`contexts: {a: {endpoint: "${STAGING}", token: x}}`, /contexts\.a\.token is not a key/],
    [`contexts: {a: {endpoint: "${STAGING}?x=y"}}`, /contexts\.a\.endpoint must be/],
    ['contexts: {a: nothing}', /contexts\.a must be a mapping/],
    ['a', /the file must be a mapping of current and contexts; remove it/],
    ['a: [', /is not YAML: /],
    ['current: a\ncurrent: a', /is not YAML: Map keys must be unique/],
  ])(
    'a file that says %s is rejected with key, rule and remedy, and not changed',
    async (text, says) => {
      await write(text);
      for (const line of ['whoami', 'context list', `context set a --endpoint ${STAGING}`]) {
        const { code, stderr } = await run(line);
        expect([line, code, stderr]).toEqual([line, 2, expect.stringMatching(says)]);
        expect(stderr).toContain(`token-vending: ${file}: `);
      }
      expect(await readFile(file, 'utf8')).toBe(text);
    },
  );
});

describe('what a command works with', () => {
  async function settled(line: string, environment: Record<string, string> = {}) {
    let found: unknown;
    const program = inertProgram({ XDG_CONFIG_HOME: home, ...environment }, (command) => {
      const { endpoint, region, profile, defaultCredential } = optionsOf(command);
      found = { endpoint, region, profile, defaultCredential };
    });
    await program.parseAsync(line.split(' '), { from: 'user' });
    return found;
  }
  const ALL = {
    TOKEN_VENDING_ENDPOINT: 'https://environment.example.com',
    TOKEN_VENDING_REGION: 'eu-west-1',
    TOKEN_VENDING_PROFILE: 'environment',
    TOKEN_VENDING_CREDENTIAL: 'environment/api',
  };

  beforeEach(() =>
    write(`
current: staging
contexts:
  staging: {endpoint: "${STAGING}", region: eu-north-1, profile: stage, credential: stage/api}
  production: {endpoint: "${PRODUCTION}", profile: prod}
`),
  );

  const staging = {
    endpoint: STAGING,
    region: 'eu-north-1',
    profile: 'stage',
    defaultCredential: 'stage/api',
  };
  const environment = {
    endpoint: 'https://environment.example.com',
    region: 'eu-west-1',
    profile: 'environment',
    defaultCredential: 'environment/api',
  };
  const production = { endpoint: PRODUCTION, profile: 'prod' };

  it.each<[string, string, Record<string, string>, object]>([
    ['the current context', 'whoami', {}, staging],
    ['the context of a variable', 'whoami', { TOKEN_VENDING_CONTEXT: 'production' }, production],
    ['the context of a flag', 'whoami --context production', {}, production],
    ['the same flag, before the command', '--context production whoami', {}, production],
    ['the environment, before the context', 'whoami', ALL, environment],
    [
      'the environment, before the context of a variable',
      'whoami',
      { ...ALL, TOKEN_VENDING_CONTEXT: 'production' },
      environment,
    ],
    [
      'a context of a flag, before the environment',
      'whoami --context production',
      ALL,
      { ...environment, ...production },
    ],
    [
      'flags, before everything',
      'credentials list --profile me --endpoint https://flag.example.com --context production',
      ALL,
      { ...environment, profile: 'me', endpoint: 'https://flag.example.com' },
    ],
    [
      'flags before the command too',
      '--region us-east-1 whoami',
      {},
      { ...staging, region: 'us-east-1' },
    ],
    ['nothing from empty variables', 'whoami', { TOKEN_VENDING_ENDPOINT: '' }, staging],
    ['nothing at all where no endpoint is needed', 'policy check', ALL, {}],
  ])('is %s', async (_what, line, given, expected) => {
    expect(await settled(line, given)).toEqual({ ...expected });
  });

  it('is an error if the context does not exist', async () => {
    expect(await run('whoami --context elsewhere')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no context elsewhere: there are staging, production.'),
    });
  });

  it('needs a credential from the command line, the environment or a context', async () => {
    await run('context use production');
    for (const line of ['token', 'can-i', 'exec -- true'])
      expect(await run(line)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('The credential is missing: name it (team/name)'),
      });
  });
});

describe('the place of the file', () => {
  it.each([
    [{ XDG_CONFIG_HOME: '/x', HOME: '/h' }, '/x/token-vending/config.yaml'],
    [{ XDG_CONFIG_HOME: 'relative', HOME: '/h' }, '/h/.config/token-vending/config.yaml'],
    [{ HOME: '/h' }, '/h/.config/token-vending/config.yaml'],
  ])('with %j is %s', (environment, place) => {
    expect(contextFilePath(environment)).toBe(place);
  });
});
