import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leastDocuments } from '../../support/least-documents.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
import { runCommand } from '../../support/run-command.ts';

const SECRET = 'fake-secret-0003';
let world: OperatorWorld;
let profiles: string;

beforeAll(async () => {
  world = await openOperatorWorld();
  // The AWS SDK reads them from the process, of which Jest gives each file its own.
  Object.assign(process.env, world.environment);
  profiles = path.join(world.folder, 'profiles');
  await mkdir(profiles);
  const acme = { description: 'Acme.', defaults: { access_token_format: 'opaque' } };
  await writeFile(path.join(profiles, 'acme.json'), JSON.stringify(acme));
});
afterAll(() => world.close());

async function put(name: string, document: object | string, ...flags: string[]) {
  const file = path.join(world.folder, 'document.json');
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document));
  const line = ['credentials', 'put', `servers/${name}`, '--file', file, ...flags];
  return await runCommand(line, world.environment, new AbortController().signal);
}

/** The document that Secrets Manager has. */
function stored(name: string): unknown {
  const secret = world.manager.store.find(`token-vending/servers/${name}`);
  return JSON.parse(secret?.versions[0]?.text ?? 'null');
}

const least = { issuer: 'https://auth.example.com', client_id: 'orders', client_secret: SECRET };

describe('credentials put --profile', () => {
  it.each(Object.entries(leastDocuments))(
    '%s stores a document of issuer, client id, secret, and what the profile requires',
    async (profile, { issuer, more = {} }) => {
      const outcome = await put(profile, { ...least, issuer, ...more }, '--profile', profile);
      expect(outcome).toMatchObject({ stderr: '', code: undefined });
      expect(outcome.stdout).toMatch(new RegExp(`^servers/${profile} created: version `));
      expect(stored(profile)).toEqual({ ...least, issuer, ...more, profile });
    },
  );

  it('accepts a document that names the same profile, and a byte order mark', async () => {
    const text = `\uFEFF${JSON.stringify({ ...least, profile: 'spring' })}`;
    expect(await put('same', text, '--profile', 'spring')).toMatchObject({ code: undefined });
    expect(stored('same')).toEqual({ ...least, profile: 'spring' });
  });

  it('refuses a document that names another profile', async () => {
    const refused = await put('other', { ...least, profile: 'hydra' }, '--profile', 'spring');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The document has another profile than --profile spring'),
    });
  });

  it.each(['no JSON', '[]'])('refuses a document that is not a JSON object: %s', async (text) => {
    expect(await put('text', text, '--profile', 'spring')).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('it must be a JSON object'),
    });
  });

  it('names what the profile requires', async () => {
    const issuer = 'https://example.eu.auth0.com/';
    expect(await put('auth0-without', { ...least, issuer }, '--profile', 'auth0')).toMatchObject({
      code: 9,
      stderr: expect.stringMatching(
        /: audience is missing: write the identifier of the API at Auth0, .* \(profile auth0\)/,
      ),
    });
  });

  it('names the profiles that exist, and where the AWS profile stands', async () => {
    const { code, stderr } = await put('none', least, '--profile', 'operator');
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no server profile operator: --profile must be one of adfs, /);
    expect(stderr).toContain('token-vending --profile operator credentials put');
  });

  it('signs with the AWS profile that stands before the command', async () => {
    const file = path.join(world.folder, 'document.json');
    await writeFile(file, JSON.stringify(least));
    const put = ['credentials', 'put', 'servers/signed', '--file', file, '--profile', 'spring'];
    const refused = await runCommand(['--profile', 'no-such-profile', ...put], world.environment);
    expect(refused).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('aws_credentials_unavailable'),
    });
    expect(stored('signed')).toBeNull();
    expect(await runCommand(put, world.environment)).toMatchObject({ code: undefined });
  });

  it('knows the profiles of a directory, by option and by environment', async () => {
    const written = await put('acme', least, '--profile', 'acme', '--profiles', profiles);
    expect(written).toMatchObject({ code: undefined, stderr: '' });
    const line = ['credentials', 'disable', 'servers/acme'];
    expect(await runCommand(line, world.environment)).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('profile must be one of adfs,'),
    });
    const environment = { ...world.environment, TOKEN_VENDING_PROFILES: profiles };
    expect(await runCommand(line, environment)).toMatchObject({ code: undefined });
  });

  it('refuses a directory with an invalid profile, with file, member and rule', async () => {
    const folder = path.join(world.folder, 'bad-profiles');
    await mkdir(folder);
    await writeFile(path.join(folder, 'acme.json'), '{"description":"Acme.","default":{}}');
    expect(await put('bad', least, '--profiles', folder)).toMatchObject({
      code: 9,
      stderr: expect.stringContaining(
        'The server profile acme.json is invalid: default is not a member of a profile; remove it.',
      ),
    });
  });
});

describe('credentials put --set', () => {
  it('adds keys to a document, and replaces those that it has', async () => {
    const set = ['--set', 'implicit_scope=email profile', '--set', 'client_id=other'];
    const written = await put('set', least, '--profile', 'spring', ...set);
    expect(written).toMatchObject({ code: undefined, stderr: '' });
    const more = { implicit_scope: 'email profile', client_id: 'other', profile: 'spring' };
    expect(stored('set')).toEqual({ ...least, ...more });
  });

  it('accepts no secret, and a document that is no object as it is', async () => {
    expect(await put('set-secret', least, '--set', 'client_secret=abc')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('client_secret is a secret'),
    });
    expect(await put('set-list', '[]', '--set', 'scope=a')).toMatchObject({ code: 9 });
  });
});

describe('credentials show', () => {
  it('shows every key, and the keys that the profile sets', async () => {
    await put('shown', { ...least, token_parameters: { tag: ['a', 'b'] } }, '--profile', 'hydra');
    const line = ['credentials', 'show', 'servers/shown'];
    const { stdout } = await runCommand(line, world.environment);
    expect(stdout).toMatch(/^ {2}token_parameters +\{"tag":\["a","b"\]\}$/m);
    expect(stdout).toMatch(
      /^ {2}client_assertion_audience +token_endpoint {2}\(default of profile hydra\)$/m,
    );
    const { stdout: json } = await runCommand([...line, '--json'], world.environment);
    expect(JSON.parse(json)).toMatchObject({
      document: { client_secret: '(set)' },
      profile_defaults: { client_assertion_audience: 'token_endpoint' },
    });
  });

  it('shows a document whose profile does not exist here', async () => {
    await put('unknown', least, '--profile', 'acme', '--profiles', profiles);
    const line = ['credentials', 'show', 'servers/unknown'];
    const { stdout, code } = await runCommand(line, world.environment);
    expect(code).toBeUndefined();
    expect(stdout).toMatch(/^ {2}profile +acme$/m);
  });
});
