import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, never } from '../../support/fake-ports.ts';
import { PATH, RegistryWorld } from '../../support/registry-world.ts';

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
