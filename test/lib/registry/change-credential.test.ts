import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { NAME, PATH, RegistryWorld } from '../../support/registry-world.ts';

const NEW_SECRET = 'canary-new-secret-91c2';
const match = (etag: string | undefined) => ({ 'if-match': String(etag) });

describe('a credential that is registered', () => {
  it('is tested, then stored under a policy that denies reading, and described without its secret', async () => {
    const world = new RegistryWorld();
    const { status, json, headers, body } = await world.send('PUT', PATH, { body: DOCUMENT });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      credential: 'checkout/orders-api',
      status: 'enabled',
      epoch: 0,
      secret_members: ['client_secret'],
      versions: [{ stages: ['AWSCURRENT'], created_at: expect.any(Number) }],
      rotation: { enabled: false },
    });
    expect(headers['etag']).toBe(`"${json['version_id']}"`);
    expect(body).not.toContain(SECRET_CANARY);
    expect(world.stored()).toEqual(DOCUMENT);
    expect(world.secrets.find(NAME)).toMatchObject({
      kmsKeyId: 'arn:aws:kms:eu-north-1:111122223333:key/own',
      policy: expect.stringContaining('DenyOtherReaders'),
      tags: [
        { Key: 'token-vending:deployment', Value: 'token-vending' },
        { Key: 'token-vending:team', Value: 'checkout' },
      ],
    });
    const writes = world.secrets.calls.filter((call) => /Create|Put/.test(call));
    expect(writes).toEqual(['CreateSecret', 'PutResourcePolicy', 'PutSecretValue']);
    expect(world.server.tokenRequests).toBe(1);
    expect(world.audit.kinds).toEqual([
      'mint-intent',
      'mint',
      'revocation-intent',
      'revocation',
      'registration-intent',
      'registration',
    ]);
    expect(world.audit.events.at(-1)).toMatchObject({
      access: { action: 'registerCredential', credential: 'checkout/orders-api' },
      registration: {
        operation: 'register',
        members: Object.keys(DOCUMENT).sort(),
        versionBefore: undefined,
        versionAfter: json['version_id'],
        tested: true,
      },
    });
  });

  it('is stored without a test if the request says so, and the record says it', async () => {
    const world = new RegistryWorld();
    await world.send('PUT', PATH, { body: DOCUMENT, query: 'test=skip' });
    expect(world.server.tokenRequests).toBe(0);
    expect(world.audit.events.at(-1)).toMatchObject({ registration: { tested: false } });
  });

  it('is not stored if no token can be obtained with it, and the error names the stage', async () => {
    const world = new RegistryWorld();
    world.server.token = new VendError('credential_refused');
    const { status, json } = await world.send('PUT', PATH, { body: DOCUMENT });
    expect([status, json['code']]).toEqual([502, 'credential_refused']);
    expect(json['error_description']).toMatch(
      /^The document was not stored, because its test failed at the stage request: The authorization server refused/,
    );
    expect(json).toMatchObject({
      stages: { metadata: { issuer: DOCUMENT.issuer } },
      failed_stage: 'request',
      suggestions: {},
    });
    expect(world.secrets.find(NAME)).toBeUndefined();
    expect(world.audit.kinds).toEqual(['mint-intent', 'upstream-failure']);
  });

  it('is refused if it exists and the request says that it must not', async () => {
    const world = new RegistryWorld();
    await world.register();
    const headers = { 'if-none-match': '*' };
    const { status, json } = await world.send('PUT', PATH, { body: DOCUMENT, headers });
    expect([status, json['code']]).toEqual([412, 'version_conflict']);
    expect(json['error_description']).toBe('The credential exists already.');
  });
});

describe('a document that is replaced', () => {
  it('keeps its secret, status and epoch if the request names none', async () => {
    const world = new RegistryWorld();
    const { headers } = await world.register({ ...DOCUMENT, status: 'disabled', epoch: 3 });
    const { client_secret: _, ...others } = DOCUMENT;
    const body = { ...others, audience: ['https://stock.example.com'] };
    const { status } = await world.send('PUT', PATH, { body, headers: match(headers['etag']) });
    expect(status).toBe(200);
    expect(world.stored()).toEqual({
      ...body,
      client_secret: SECRET_CANARY,
      status: 'disabled',
      epoch: 3,
    });
    expect(world.audit.events.at(-1)).toMatchObject({
      registration: { operation: 'change', members: ['audience'] },
    });
  });

  it('needs the version that it replaces', async () => {
    const world = new RegistryWorld();
    await world.register();
    const { status, json } = await world.send('PUT', PATH, { body: DOCUMENT });
    expect([status, json['code']]).toEqual([428, 'version_required']);
    const stale = await world.send('PUT', PATH, { body: DOCUMENT, headers: match('"old"') });
    expect([stale.status, stale.json['code']]).toEqual([412, 'version_conflict']);
    expect(world.secrets.calls).not.toContain('PutSecretValue');
  });

  it('is not written if nothing changes', async () => {
    const world = new RegistryWorld();
    const { headers, json } = await world.register();
    const same = await world.send('PUT', PATH, { body: DOCUMENT, headers: match(headers['etag']) });
    expect([same.status, same.json['version_id']]).toEqual([200, json['version_id']]);
    expect(world.secrets.calls).not.toContain('PutSecretValue');
    expect(world.audit.kinds).toEqual(['registration']);
  });
});

describe('a document that is patched', () => {
  it('gets a new secret, of which only the name is recorded', async () => {
    const world = new RegistryWorld();
    const { headers } = await world.register();
    const body = { client_secret: NEW_SECRET, default_scope: null };
    const changed = await world.send('PATCH', PATH, { body, headers: match(headers['etag']) });
    expect(changed.status).toBe(200);
    expect(world.stored()).toMatchObject({ client_secret: NEW_SECRET });
    expect(world.stored()).not.toHaveProperty('default_scope');
    expect(world.stored('AWSPREVIOUS')).toEqual(DOCUMENT);
    const written = JSON.stringify([changed, world.audit.events, world.measured]);
    expect(written).not.toContain(NEW_SECRET);
    expect(written).not.toContain(SECRET_CANARY);
    expect(world.audit.events.at(-1)).toMatchObject({
      registration: { operation: 'change', members: ['client_secret', 'default_scope'] },
    });
  });

  it('is switched off at once, without a test, by another permission', async () => {
    const world = new RegistryWorld();
    const { headers } = await world.register();
    world.server.tokenRequests = 0;
    world.policy.allowed = new Set(['switchCredential checkout/orders-api']);
    const body = { status: 'disabled' };
    const off = await world.send('PATCH', PATH, { body, headers: match(headers['etag']) });
    expect([off.status, Object.keys(off.json)]).toEqual([200, ['credential', 'version_id']]);
    expect(world.stored()).toEqual({ ...DOCUMENT, status: 'disabled' });
    expect(world.server.tokenRequests).toBe(0);
    expect(world.policy.requests.at(-2)).toMatchObject({
      action: 'switchCredential',
      context: { status: 'disabled' },
    });
    expect(world.audit.events.at(-1)).toMatchObject({
      access: { status: 'disabled' },
      registration: { operation: 'switch', members: ['status'], tested: false },
    });
  });

  it('needs more than the permission to switch if it changes anything else', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.policy.allowed = new Set(['switchCredential checkout/orders-api']);
    const body = { status: 'disabled', scope: 'orders:read' };
    const { json } = await world.send('PATCH', PATH, { body, headers: match('*') });
    expect(json['code']).toBe('policy_denied');
    expect(world.stored()).toEqual(DOCUMENT);
  });

  it('of an unknown credential looks like a denial to whoever may not describe it', async () => {
    const world = new RegistryWorld();
    const patch = { body: { epoch: 1 }, headers: match('*') };
    const known = await world.send('PATCH', PATH, patch);
    expect(known.json['code']).toBe('credential_unknown');
    expect(known.json['error_description']).toBe('The credential does not exist.');
    world.policy.allowed = new Set(['switchCredential checkout/orders-api']);
    const concealed = await world.send('PATCH', PATH, patch);
    world.policy.allowed.clear();
    const denied = await world.send('PATCH', PATH, patch);
    expect(concealed.body).toBe(denied.body);
  });

  it('has the status enabled or disabled, also if the member is removed', async () => {
    const world = new RegistryWorld();
    await world.register({ ...DOCUMENT, status: 'disabled' });
    const wrong = await world.send('PATCH', PATH, { body: { status: 'off' }, headers: match('*') });
    expect(wrong.json['error_description']).toBe('status must be enabled or disabled.');
    await world.send('PATCH', PATH, { body: { status: null }, headers: match('*') });
    expect(world.policy.requests.at(-2)?.context.status).toBe('enabled');
    expect(world.stored()).toEqual(DOCUMENT);
  });
});

describe('a credential that is scheduled for deletion', () => {
  it('is restored before it is changed', async () => {
    const world = new RegistryWorld();
    await world.register();
    await world.secrets.delete(NAME, 7, { signal: new AbortController().signal });
    const { status, json } = await world.send('PUT', PATH, { body: DOCUMENT });
    expect([status, json['code']]).toEqual([412, 'version_conflict']);
    expect(json['error_description']).toBe('The credential is scheduled for deletion.');
  });
});

describe('the response to a change', () => {
  it('describes no other version, if somebody changes the credential again', async () => {
    const world = new RegistryWorld();
    await world.register();
    const body = { epoch: 1 };
    const again = {
      versionId: '33333333-3333-4333-8333-333333333333',
      stage: 'AWSCURRENT',
    } as const;
    world.audit.delay = async () => {
      if (world.stored()?.['epoch'] !== 1) return;
      const text = JSON.stringify({ ...DOCUMENT, epoch: 2 });
      await world.secrets.put(NAME, { ...again, text }, { signal: new AbortController().signal });
    };
    const { json } = await world.send('PATCH', PATH, { body, headers: match('*') });
    expect(Object.keys(json)).toEqual(['credential', 'version_id']);
    expect(json['version_id']).not.toBe(again.versionId);
  });

  it('is short if the credential cannot be read again', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.audit.delay = async () => {
      if (world.stored()?.['epoch'] === 1)
        world.secrets.failing.set('DescribeSecret', new Error('socket hang up'));
    };
    const { status, json } = await world.send('PATCH', PATH, {
      body: { epoch: 1 },
      headers: match('*'),
    });
    expect([status, Object.keys(json)]).toEqual([200, ['credential', 'version_id']]);
  });
});
