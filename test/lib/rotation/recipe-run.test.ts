import { describe, expect, it } from '@jest/globals';
import { RecipeRun } from '../../../lib/rotation/recipe-run.ts';
import type { AdminDialect } from '../../support/rotation/admin-dialect.ts';
import {
  CognitoDialect,
  EntraDialect,
  HydraDialect,
  KeycloakDialect,
  LambdaDialect,
  OktaDialect,
  ReissuingDialect,
} from '../../support/rotation/admin-dialects.ts';
import { RotationWorld } from '../../support/rotation/rotation-world.ts';

async function open(dialect: AdminDialect, change: object = {}) {
  const world = new RotationWorld(dialect);
  world.secret.change('changed', change);
  const turn = world.turn('v2');
  const client = { ...turn, current: world.read('AWSCURRENT') };
  return { world, run: await RecipeRun.open(world.ports, client, turn.deadline) };
}
const rotation = (dialect: AdminDialect, change: object) => ({
  rotation: { ...dialect.rotation, ...change },
});

describe('a recipe at work', () => {
  it('uses the token of the admin credential', async () => {
    const { world, run } = await open(new KeycloakDialect());
    expect(run.adminToken).toMatchObject({ credential: 'platform/admin' });
    expect(run.registrationToken).toBeUndefined();
    await run.add({ new_secret: 'chosen' });
    expect([...world.dialect.secrets.values()]).toEqual(['chosen']);
  });

  it('uses no token if the document names no admin credential and the recipe needs none', async () => {
    const dialect = new HydraDialect();
    const { run } = await open(dialect, rotation(dialect, { admin_credential: undefined }));
    expect(run.adminToken).toBeUndefined();
    await expect(run.add()).rejects.toThrow('status 401');
    expect(dialect.calls[0]?.headers).not.toHaveProperty('authorization');
  });

  it('continues with a registration access token that the server replaced', async () => {
    const { run } = await open(new ReissuingDialect());
    expect(run.registrationToken).toBe('registration-0');
    expect(await run.add()).toMatchObject({ client_secret: 'issued-1' });
    expect(run.registrationToken).toBe('registration-1');
    await expect(run.add()).resolves.toMatchObject({ client_secret: 'issued-2' });
  });

  it.each<[what: string, change: object, text: RegExp]>([
    ['none', { admin_credential: undefined }, /must name another credential: recipe keycloak/],
    ['itself', { admin_credential: 'checkout/orders-api' }, /must name another credential/],
    ['an unknown one', { admin_credential: 'a/b' }, /No token of the admin credential a\/b: /],
    [
      'one for another host',
      { parameters: { admin_url: 'https://evil.example' } },
      /The token of platform\/admin may not be sent to evil\.example/,
    ],
    [
      'one for no host',
      { parameters: { admin_url: 'evil' } },
      /The token of platform\/admin may not be sent to /,
    ],
  ])('refuses an admin credential: %s', async (_what, change, text) => {
    const dialect = new KeycloakDialect();
    await expect(open(dialect, rotation(dialect, change))).rejects.toMatchObject({
      message: expect.stringMatching(text),
    });
    expect(dialect.calls).toEqual([]);
  });

  it('signs requests to AWS, and only those', async () => {
    const { run } = await open(new CognitoDialect());
    expect(await run.add()).toMatchObject({ secret_id: 's1' });
    const dialect = new LambdaDialect();
    const parameters = { ...dialect.rotation.parameters, admin_url: 'https://evil.example' };
    const evil = await open(dialect, rotation(dialect, { parameters }));
    await expect(evil.run.add()).rejects.toThrow('evil.example is no host of AWS');
    const local = await open(
      dialect,
      rotation(dialect, {
        parameters: { ...parameters, admin_url: 'https://lambda.eu-west-1.amazonaws.com' },
      }),
    );
    await expect(local.run.add()).rejects.toThrow('status 401');
    expect(dialect.calls.at(-1)?.headers['authorization']).toBe('signed lambda eu-west-1');
  });

  it('signs requests to a local system for the Region of the secret', async () => {
    const dialect = new LambdaDialect();
    const world = new RotationWorld(dialect);
    const parameters = { function: 'rotate-orders', admin_url: 'http://127.0.0.1:9000' };
    world.secret.change('changed', rotation(dialect, { parameters }));
    const ports = { ...world.ports, urls: { allowLoopbackHttp: true } };
    const turn = world.turn('v2');
    const client = { ...turn, current: world.read('AWSCURRENT') };
    const run = await RecipeRun.open(ports, client, turn.deadline);
    expect(await run.add()).toEqual({ client_secret: 'issued-1', secret_id: 's1' });
    expect(dialect.calls[0]?.headers['authorization']).toBe('signed lambda eu-north-1');
  });

  it('knows the id of the only secret, and of none among several', async () => {
    const { run } = await open(new OktaDialect());
    expect(await run.findOnlyId()).toBe('s0');
    await run.add();
    expect(await run.findOnlyId()).toBeUndefined();
    const { run: without } = await open(new LambdaDialect());
    expect(await without.findOnlyId()).toBeUndefined();
  });

  it('removes what it may, but the current secret', async () => {
    const { world, run } = await open(new EntraDialect());
    await run.add();
    await run.add();
    await run.removeOthers('s2', 'foreign');
    expect([...world.dialect.secrets.keys()]).toEqual(['s2']);
    // What the current one replaced is removed whoever made it, and what is not there is no error.
    expect(world.dialect.calls.filter(({ path }) => path.endsWith('removePassword'))).toHaveLength(
      3,
    );
  });

  it('does not remove again what the server does not list', async () => {
    const { world, run } = await open(new CognitoDialect());
    await run.removeOthers('s0', 'removed-before');
    expect(world.dialect.calls).toHaveLength(1);
  });

  it('removes the secret that was replaced, and no other', async () => {
    const { world, run } = await open(new OktaDialect());
    await run.add();
    await run.removeReplaced('s0');
    expect([...world.dialect.secrets.keys()]).toEqual(['s1']);
    // It is gone, or the server does not list secrets.
    const { length } = world.dialect.calls;
    await run.removeReplaced('s0');
    expect(world.dialect.calls).toHaveLength(length + 1);
    const { world: without, run: unlisted } = await open(new LambdaDialect());
    await unlisted.removeReplaced('s0');
    expect(without.dialect.secrets.size).toBe(0);
  });

  it('removes nothing if the server lists nothing', async () => {
    const { world, run } = await open(new OktaDialect());
    world.dialect.handle = () => ({ body: { unexpected: true } });
    await expect(run.removeOthers('s0', undefined)).resolves.toBeUndefined();
    world.dialect.handle = () => ({ body: [{ id: 5 }] });
    expect(await run.findOnlyId()).toBeUndefined();
  });

  it('removes no secret if the recipe does not say how', async () => {
    const { world, run } = await open(new KeycloakDialect());
    await run.remove('s0');
    expect(world.dialect.calls).toEqual([]);
  });
});
