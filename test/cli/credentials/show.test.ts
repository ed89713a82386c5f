import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { certified, DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { openRegistryEndpoint, type RegistryEndpoint } from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;

beforeEach(async () => {
  registry = await openRegistryEndpoint();
});
afterEach(() => registry.close());

async function store(body: object): Promise<void> {
  await registry.world.start('PUT', PATH, { body, query: 'test=skip' });
}

const rotation = {
  enabled: true,
  schedule: 'rate(30 days)',
  last_rotated_at: 1_793_400_000,
  next_rotation_at: 1_796_000_000,
  pending_version_id: 'v2',
};
const registered = {
  credential: NAME,
  version_id: 'v1',
  status: 'enabled',
  epoch: 3,
  document: { issuer: DOCUMENT.issuer, rotation: { recipe: 'hydra', every: '30d' } },
  secret_members: ['client_secret'],
  versions: [],
};
const failed = {
  outcome: 'failed',
  step: 'set',
  code: 'upstream_unavailable',
  message: 'The server fails.',
  advice: 'Wait.',
  version_id: 'v2',
  at: 1_795_000_000,
};

describe('credentials show', () => {
  it('shows status, version, epoch and members, and of a secret that it is set', async () => {
    await store({ ...DOCUMENT, token_parameters: { tag: ['a', 'b'] } });
    const { stdout, stderr, code } = await registry.run('credentials', 'show', NAME);
    expect([code, stderr]).toEqual([undefined, '']);
    expect(stdout).toMatch(/^checkout\/orders-api {2}enabled\nversion {2}\S+\nepoch {4}0\n/);
    expect(stdout).toMatch(/^ {2}client_secret +\(set\)$/m);
    expect(stdout).toMatch(/^ {2}scope +orders:read orders:write$/m);
    expect(stdout).toMatch(/^ {2}token_parameters +\{"tag":\["a","b"\]\}$/m);
    expect(stdout).not.toContain('rotation');
    expect(stdout).not.toContain(SECRET_CANARY);
  });

  it('shows what a shipped profile sets, and nothing of one of the deployment', async () => {
    await store({ ...DOCUMENT, resource: [], profile: 'hydra' });
    expect((await registry.run('credentials', 'show', NAME)).stdout).toMatch(
      /^ {2}client_assertion_audience +token_endpoint {2}\(default of profile hydra\)$/m,
    );
    const { stdout } = await registry.run('credentials', 'show', NAME, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'enabled',
      secret_members: ['client_secret'],
      profile_defaults: { client_assertion_audience: 'token_endpoint' },
    });
    const own = { ...registered, document: { profile: 'acme' }, rotation: { enabled: false } };
    registry.script = () => ({ status: 200, json: own });
    const { stdout: shown } = await registry.run('credentials', 'show', NAME);
    expect(shown).toMatch(/^ {2}profile +acme$/m);
    expect(shown).not.toContain('default of');
  });

  it('shows a certificate in one line', async () => {
    await store(certified(await issueSelfSigned('CN=orders')));
    const { stdout } = await registry.run('credentials', 'show', NAME);
    expect(stdout).toMatch(/^ {2}tls_client_certificate +CN=orders, by CN=orders, until \d{4}-/m);
    expect(stdout).toMatch(/^ {2}tls_client_key +\(set\)$/m);
  });

  it('shows the rotation, and of a failed step the reason and what to do', async () => {
    registry.script = () => ({
      status: 200,
      json: { ...registered, rotation: { ...rotation, last: failed } },
    });
    const { stdout } = await registry.run('credentials', 'show', NAME);
    expect(stdout.slice(stdout.indexOf('\nrotation') + 1)).toBe(`rotation rate(30 days)
         last 2026-10-30T22:40:00Z, next 2026-11-30T00:53:20Z
         version v2 is pending
         step set failed at 2026-11-18T11:06:40Z: The server fails. (upstream_unavailable)
         Wait.
`);
  });

  it('shows a rotation that only an operator starts', async () => {
    const last = { outcome: 'done', step: 'finish', version_id: 'v1', at: 1_795_000_000 };
    registry.script = () => ({
      status: 200,
      json: { ...registered, rotation: { enabled: false, last } },
    });
    const { stdout } = await registry.run('credentials', 'show', NAME);
    expect(stdout).toMatch(
      /^rotation on request only\n {9}last -, next -\n {9}step finish done at /m,
    );
  });

  it('prints no control character that the registry sends', async () => {
    const json = { ...registered, document: { scope: 'a\u001b[31mb\nc' }, rotation };
    registry.script = () => ({ status: 200, json });
    const { stdout } = await registry.run('credentials', 'show', NAME);
    expect(stdout).toMatch(/^ {2}scope +a \[31mb c$/m);
  });

  it('says that there is no such credential', async () => {
    expect(await registry.run('credentials', 'show', NAME, '--json')).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('"code":"credential_unknown"'),
    });
  });
});

describe('credentials versions', () => {
  it('lists the versions with stages and dates, the newest first', async () => {
    const versions = [
      { version_id: 'v1', stages: ['AWSPREVIOUS'], created_at: 1_793_400_000 },
      { version_id: 'v3', stages: [] },
      { version_id: 'v2', stages: ['AWSCURRENT', 'AWSPENDING'], created_at: 1_795_000_000 },
    ];
    registry.script = () => ({ status: 200, json: { ...registered, rotation, versions } });
    const { stdout } = await registry.run('credentials', 'versions', NAME);
    expect(stdout).toBe(`VERSION  STAGES                 CREATED
v2       AWSCURRENT AWSPENDING  2026-11-18T11:06:40Z
v1       AWSPREVIOUS            2026-10-30T22:40:00Z
v3       -                      -
`);
    const json = await registry.run('credentials', 'versions', NAME, '--json');
    expect(JSON.parse(json.stdout)).toEqual({ credential: NAME, versions });
  });
});
