import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { findCanaries } from '../../support/canary-search.ts';
import { DOCUMENT, METADATA, SECRET_CANARY } from '../../support/fake-ports.ts';
import { leastDocuments } from '../../support/least-documents.ts';
import {
  openRegistryEndpoint,
  type RegistryEndpoint,
  refusal,
} from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';
import type { Ran } from '../../support/run-command.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;
let folder: string;
const written: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'credentials-put-'));
});
beforeEach(async () => {
  registry = await openRegistryEndpoint();
});
afterEach(async () => {
  await registry.close();
  expect(findCanaries(written.join('\n'), [SECRET_CANARY])).toEqual([]);
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: object | string, name = 'document.json'): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function put(document: object | string, ...flags: string[]): Promise<Ran> {
  const file = await fileOf(document);
  const ran = await registry.run('credentials', 'put', NAME, '--file', file, ...flags);
  written.push(ran.stdout, ran.stderr);
  return ran;
}

describe('credentials put', () => {
  it('registers a credential of which a token was obtained', async () => {
    const { stdout, stderr, code } = await put(DOCUMENT);
    expect([code, stdout]).toEqual([
      undefined,
      expect.stringMatching(/^checkout\/orders-api created: version \S+\n$/),
    ]);
    expect(stderr).toContain('The registry obtained a token with it first.');
    expect(registry.world.stored()).toEqual(DOCUMENT);
    expect(registry.requests).toEqual([`GET ${PATH}`, `PUT ${PATH}`]);
  });

  it('replaces the version that it has read, and says if nothing differs', async () => {
    await put(DOCUMENT);
    const changed = JSON.parse((await put({ ...DOCUMENT, scope: 'orders:read' }, '--json')).stdout);
    expect(changed).toMatchObject({ credential: NAME, outcome: 'replaced', test: 'passed' });
    const same = JSON.parse((await put({ ...DOCUMENT, scope: 'orders:read' }, '--json')).stdout);
    expect(same).toEqual({ ...changed, outcome: 'unchanged', test: 'not_needed' });
  });

  it('keeps the stored secret if the document has none', async () => {
    await put(DOCUMENT);
    const { client_secret: _, ...rest } = DOCUMENT;
    expect(await put({ ...rest, scope: 'orders:read' })).toMatchObject({ code: undefined });
    expect(registry.world.stored()).toMatchObject({ client_secret: SECRET_CANARY });
  });

  it('stores a document that gets no token only if it is told to, and says so', async () => {
    registry.world.server.token = new Error('no');
    expect(await put(DOCUMENT)).toMatchObject({ code: expect.any(Number) });
    expect(registry.world.stored()).toBeUndefined();
    const { code, stderr } = await put(DOCUMENT, '--no-test');
    expect([code, stderr]).toEqual([undefined, expect.stringContaining('(--no-test)')]);
    expect(registry.requests.at(-1)).toBe(`PUT ${PATH}?test=skip`);
  });

  it('does not claim a test of a disabled credential', async () => {
    const { stderr } = await put({ ...DOCUMENT, status: 'disabled' });
    expect(stderr).toContain('No token was obtained with it: it is disabled');
  });

  it('shows what each stage of a failed test found, as text and as JSON', async () => {
    registry.world.server.metadata = { ...METADATA, issuer: 'https://x' };
    const { stdout, stderr, code } = await put(DOCUMENT);
    expect(code).toBe(8);
    expect(stdout).toMatch(
      /^checkout\/orders-api is not stored\n(?: {2}.*\n)* {2}failed {4}metadata \(upstream_invalid\)\n/,
    );
    expect(stderr).toMatch(/The document was not stored, because its test failed[\s\S]*\n {2}\S/);
    const json = await put(DOCUMENT, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      credential: NAME,
      failed_stage: 'metadata',
      error: { code: 'upstream_invalid', suggestions: {} },
    });
    expect(JSON.parse(json.stderr).error.code).toBe('upstream_invalid');
  });

  it('names the wrong members of a document', async () => {
    const { code, stderr } = await put({ issuer: DOCUMENT.issuer, client_secrt: 'x' });
    expect([code, registry.world.stored()]).toEqual([7, undefined]);
    expect(stderr).toContain('client_secrt of the document is unknown');
  });

  it.each(['no JSON', '[]', '{\0"\0i\0'])('refuses a file that is no object: %j', async (text) => {
    expect(await put(text)).toMatchObject({ code: 2, stdout: '' });
    expect(registry.requests).toEqual([]);
  });

  it('reads over a byte order mark, and says which file cannot be read', async () => {
    expect(await put(`\uFEFF${JSON.stringify(DOCUMENT)}`)).toMatchObject({ code: undefined });
    const missing = path.join(folder, 'missing.json');
    expect(await registry.run('credentials', 'put', NAME, '--file', missing)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing.json cannot be read (ENOENT)'),
    });
  });
});

describe('credentials put of a version', () => {
  it('changes nothing if the credential exists, with --if-absent', async () => {
    await put(DOCUMENT);
    registry.requests.splice(0);
    const { code, stderr } = await put({ ...DOCUMENT, scope: 'orders:read' }, '--if-absent');
    expect(code).toBe(9);
    expect(stderr).toMatch(/exists already[\s\S]*The registry is right/);
    expect(registry.world.stored()).toEqual(DOCUMENT);
    expect(registry.requests).toEqual([`PUT ${PATH}`]);
  });

  it('changes nothing if another version is current, with --if-version', async () => {
    await put(DOCUMENT);
    const stale = await put({ ...DOCUMENT, scope: 'orders:read' }, '--if-version', 'v0');
    expect(stale).toMatchObject({ code: 9, stderr: expect.stringContaining('(version_conflict)') });
    const { version_id } = (await registry.world.start('GET', PATH)).json;
    const changed = await put(
      { ...DOCUMENT, scope: 'orders:read' },
      '--if-version',
      String(version_id),
    );
    expect(changed.stdout).toMatch(/replaced: version/);
  });

  it('loses no change of somebody else', async () => {
    await put(DOCUMENT);
    registry.script = async ({ method }) => {
      if (method !== 'PUT') return undefined;
      registry.script = () => undefined;
      const sent = { body: { scope: 'orders:read theirs' }, headers: { 'if-match': '*' } };
      await registry.world.start('PATCH', PATH, sent);
      return undefined;
    };
    expect(await put({ ...DOCUMENT, scope: 'orders:read mine' })).toMatchObject({ code: 9 });
    expect(registry.world.stored()).toMatchObject({ scope: 'orders:read theirs' });
  });

  it('says what to do without the right to read the credential', async () => {
    registry.world.policy.allowed = new Set([`registerCredential ${NAME}`]);
    const { code, stderr } = await put(DOCUMENT);
    expect(code).toBe(3);
    expect(stderr).toContain('--if-version ID, or --if-absent for a new one');
    expect(await put(DOCUMENT, '--if-absent')).toMatchObject({ code: undefined });
  });

  it('refuses both at once', async () => {
    const both = await put(DOCUMENT, '--if-absent', '--if-version', 'v1');
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('exclude each other') });
  });

  it('says that a deleted credential can be restored', async () => {
    await put(DOCUMENT);
    await registry.run('credentials', 'delete', NAME, '--yes');
    const { code, stderr } = await put(DOCUMENT);
    expect(code).toBe(9);
    expect(stderr).toMatch(/scheduled for deletion\.[\s\S]*Restore it/);
    expect(stderr).not.toContain('The registry is right');
  });
});

describe('credentials put --profile', () => {
  const least = { issuer: DOCUMENT.issuer, client_id: 'orders', client_secret: SECRET_CANARY };

  it.each(Object.entries(leastDocuments))(
    '%s sends issuer, client id, secret, and what the profile requires',
    async (profile, { issuer, more = {} }) => {
      registry.script = ({ method, body }) => {
        if (method !== 'PUT') return undefined;
        expect(JSON.parse(body)).toEqual({ ...least, issuer, ...more, profile });
        return { status: 201, json: { credential: NAME, version_id: 'v1' } };
      };
      expect(await put({ ...least, issuer, ...more }, '--profile', profile)).toMatchObject({
        code: undefined,
      });
    },
  );

  it('refuses a document that names another profile', async () => {
    expect(await put({ ...least, profile: 'hydra' }, '--profile', 'spring')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The document has another profile than --profile spring'),
    });
  });

  it('leaves a profile of the deployment to the registry, and says where the AWS profile stands', async () => {
    registry.script = ({ method }) =>
      method === 'PUT' ? refusal(400, 'request_malformed') : undefined;
    const { code, stderr } = await put(least, '--profile', 'operator');
    expect(code).toBe(7);
    expect(stderr).toContain('token-vending --profile operator credentials put');
  });

  it('signs with the AWS profile that stands before the command', async () => {
    const file = await fileOf(DOCUMENT);
    const words = ['credentials', 'put', NAME, '--file', file, '--profile', 'spring'];
    expect(await registry.run('--profile', 'no-such-profile', ...words)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('aws_credentials_unavailable'),
    });
    expect(registry.requests).toEqual([]);
  });
});

describe('credentials put --set', () => {
  it('adds keys to a document, and replaces those that it has', async () => {
    const set = ['--set', 'implicit_scope=email profile', '--set', 'client_id=other'];
    expect(await put(DOCUMENT, ...set)).toMatchObject({ code: undefined });
    const more = { implicit_scope: 'email profile', client_id: 'other' };
    expect(registry.world.stored()).toEqual({ ...DOCUMENT, ...more });
  });

  it('takes no secret from the command line', async () => {
    expect(await put(DOCUMENT, '--set', 'client_secret=abc')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('client_secret is a secret'),
    });
  });

  it('sends a certificate and its key from files, and prints neither', async () => {
    const { certificate, key } = await issueSelfSigned('CN=orders');
    const { client_secret: _, ...rest } = DOCUMENT;
    const { stdout, stderr, code } = await put(
      { ...rest, token_endpoint_auth_method: 'self_signed_tls_client_auth' },
      '--set-file',
      `tls_client_certificate=${await fileOf(certificate, 'client.pem')}`,
      '--set-file',
      `tls_client_key=${await fileOf(key, 'client.key')}`,
      // The certificate is not valid yet at the time of this registry.
      '--no-test',
    );
    expect(code).toBeUndefined();
    expect(stdout + stderr).not.toMatch(/BEGIN|PRIVATE/);
    expect(registry.world.stored()).toMatchObject({ tls_client_key: key.trim() });
  });
});
