import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, never } from '../../support/fake-ports.ts';
import { NAME, PATH, RegistryWorld, SETTINGS } from '../../support/registry-world.ts';

const change = { body: { epoch: 1 }, headers: { 'if-match': '*' } };

describe('a change', () => {
  it('is not made if it cannot be announced', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.audit.failing.add('registration-intent');
    expect((await world.send('PATCH', PATH, change)).json['code']).toBe('audit_unavailable');
    expect(world.stored()).toEqual(DOCUMENT);
  });

  it('is made, and the error says so, if only its record cannot be written', async () => {
    const world = new RegistryWorld();
    await world.register();
    world.audit.failing.add('registration');
    const { json } = await world.send('PATCH', PATH, change);
    expect(json['error_description']).toBe(
      'The change was made, and its audit record could not be written.',
    );
    expect(world.stored()).toMatchObject({ epoch: 1 });
  });

  it('is not left half done if the caller leaves after it was announced', async () => {
    const world = new RegistryWorld();
    await world.register();
    const caller = new AbortController();
    world.secrets.turn = async (operation) => {
      if (operation === 'PutSecretValue') caller.abort(new Error('left'));
    };
    await world.send('PATCH', PATH, { ...change, signal: caller.signal });
    expect(world.stored()).toMatchObject({ epoch: 1 });
    expect(world.audit.kinds).toContain('registration');
  });

  it('is not begun if the caller has left before', async () => {
    const world = new RegistryWorld();
    await world.register();
    const caller = new AbortController();
    world.secrets.turn = async (operation) => {
      if (operation === 'GetSecretValue') caller.abort(new Error('left'));
    };
    await world.send('PATCH', PATH, { ...change, signal: caller.signal });
    expect(world.stored()).toEqual(DOCUMENT);
    expect(world.audit.kinds).not.toContain('registration-intent');
  });

  it('ends if Secrets Manager does not respond, and the error says what is not known', async () => {
    const world = new RegistryWorld();
    await world.register();
    const { put } = world.secrets;
    world.secrets.put = async (name, version, options) =>
      await Promise.race([
        never(),
        put(name, version, options).then(never),
        new Promise<never>((_resolve, reject) => {
          options.signal.addEventListener('abort', () => reject(options.signal.reason));
        }),
      ]);
    const { status, json } = await world.send('PATCH', PATH, change);
    expect([status, json['code']]).toEqual([503, 'secrets_unavailable']);
    expect(json['error_description']).toMatch(
      /^Secrets Manager did not respond in time\. It is not known/,
    );
  });

  it('of a disabled credential is not tested', async () => {
    const world = new RegistryWorld();
    const body = { ...DOCUMENT, status: 'disabled' };
    expect((await world.send('PUT', PATH, { body })).status).toBe(201);
    expect(world.server.tokenRequests).toBe(0);
    expect(world.audit.events.at(-1)).toMatchObject({ registration: { tested: false } });
  });

  it('that exhausts the budget of tests says so without a stage', async () => {
    const world = new RegistryWorld({ budgets: { mints: 1, unknownNames: 10 } });
    await world.register();
    const body = { scope: 'orders:read' };
    const { json } = await world.send('PATCH', PATH, { ...change, body });
    expect(json['error_description']).toBe(
      'This principal caused too many new tokens within a minute.',
    );
  });

  it('whose test ends in a bug says so', async () => {
    const world = new RegistryWorld();
    world.server.token = new TypeError('bug');
    const { json } = await world.send('PUT', PATH, { body: DOCUMENT });
    expect(json['code']).toBe('internal');
    expect(json['error_description']).toMatch(
      /^The document was not stored, because its test failed at the stage request: /,
    );
  });
});

describe('a deployment with copies in another Region', () => {
  const replica = {
    region: 'eu-west-1',
    kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/mrk-1',
  };
  const twoRegions = () => new RegistryWorld({ settings: { ...SETTINGS, replicas: [replica] } });
  const copies = [replica];
  const writes = ({ secrets }: RegistryWorld) =>
    secrets.calls.filter((call) => /^(?:Put|Create|Replicate|Remove|Update)/.test(call));

  it('copies a new secret once it has its policy and its value', async () => {
    const world = twoRegions();
    expect((await world.send('PUT', PATH, { body: DOCUMENT })).status).toBe(201);
    expect(writes(world)).toEqual([
      'CreateSecret',
      'PutResourcePolicy',
      'PutSecretValue',
      'UpdateSecretVersionStage',
      'UpdateSecretVersionStage',
      'ReplicateSecretToRegions',
    ]);
    expect(world.secrets.find(NAME)?.replicas).toEqual(copies);
  });

  it('says that a new credential was stored if it cannot be copied, and copies it at the next request', async () => {
    const world = twoRegions();
    world.secrets.failing.set('ReplicateSecretToRegions', new Error('throttled'));
    const { status, json } = await world.send('PUT', PATH, { body: DOCUMENT });
    expect([status, json['code'], json['error_description']]).toEqual([
      503,
      'secrets_unavailable',
      'The credential was stored, and it could not be copied to the other Regions.',
    ]);
    world.secrets.failing.clear();
    const again = { body: DOCUMENT, headers: { 'if-match': '*' } };
    expect((await world.send('PUT', PATH, again)).status).toBe(200);
    expect(world.secrets.find(NAME)?.replicas).toEqual(copies);
  });

  it('renews resource policy and copies before a change, and without one, but not before a switch', async () => {
    const world = twoRegions();
    await world.register();
    const headers = { 'if-match': '*' };
    const writesOf = async (body: object) => {
      world.secrets.calls.length = 0;
      expect((await world.send('PATCH', PATH, { headers, body })).status).toBe(200);
      return writes(world);
    };
    const version = ['PutSecretValue', 'UpdateSecretVersionStage', 'UpdateSecretVersionStage'];
    expect(await writesOf({ audience: 'https://orders.example.com' })).toEqual([
      'PutResourcePolicy',
      ...version,
    ]);
    expect(await writesOf({})).toEqual(['PutResourcePolicy']);
    expect(await writesOf({ status: 'disabled' })).toEqual(version);
    expect(await writesOf({ status: 'disabled' })).toEqual([]);
  });

  it('removes the copies of a credential that is deleted, and copies it again when it is restored', async () => {
    const world = twoRegions();
    await world.register();
    const { status } = await world.send('DELETE', PATH, { headers: { 'if-match': '*' } });
    expect([status, world.secrets.find(NAME)?.replicas]).toEqual([200, []]);
    await world.send('POST', `${PATH}/restore`);
    expect(world.secrets.find(NAME)?.replicas).toEqual(copies);
  });
});
