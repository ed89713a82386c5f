import { describe, expect, it, jest } from '@jest/globals';
import { Recipes } from '../../../lib/rotation/recipes.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { ADMIN, PATH, RegistryWorld } from '../../support/registry-world.ts';

const headers = { 'if-match': '*' };
const keycloak = { recipe: 'keycloak', admin_credential: ADMIN };

describe('a rotation that a change sets up', () => {
  it('is refused where the deployment has no rotation', async () => {
    const world = new RegistryWorld({ rotationFunction: undefined });
    const body = { ...DOCUMENT, rotation: keycloak };
    const { json } = await world.send('PUT', PATH, { body });
    expect(json['error_description']).toBe(
      'rotation must be absent: this deployment has no rotation.',
    );
    expect(world.stored()).toBeUndefined();
  });

  it.each<[string, object, RegExp]>([
    ['an unknown recipe', { recipe: 'other' }, /^rotation.recipe .* must be one of auth0, /],
    [
      'an unknown parameter',
      { ...keycloak, parameters: { realm: 'shop' } },
      /^rotation.parameters must not have realm: recipe keycloak has admin_url/,
    ],
    [
      'a missing parameter',
      { recipe: 'hydra' },
      /^rotation.parameters must have admin_url for recipe hydra/,
    ],
    [
      'a recipe for another kind of secret',
      { recipe: 'private_key_jwt', admin_credential: ADMIN },
      /^Recipe private_key_jwt rotates private_key_jwk, and the credential document has none/,
    ],
    [
      'an overlap, and the old secret ends at once',
      { ...keycloak, overlap: '2d' },
      /^rotation.overlap must be absent with recipe keycloak: its old secret ends at once\.$/,
    ],
    [
      'an overlap that is no duration',
      { ...keycloak, overlap: 'soon' },
      /rotation must have overlap from 1h to 999d/,
    ],
    [
      'an overlap that is longer than the interval',
      { ...keycloak, every: '1d', overlap: '2d' },
      /rotation must have an overlap that is not longer than every/,
    ],
    ['no admin credential', { recipe: 'keycloak' }, /^rotation.admin_credential .* must name/],
    [
      'itself as the admin credential',
      { recipe: 'keycloak', admin_credential: 'checkout/orders-api' },
      /^rotation.admin_credential .* must name another credential/,
    ],
    [
      'an admin credential that does not exist',
      { recipe: 'keycloak', admin_credential: 'platform/nothing' },
      /^rotation.admin_credential must exist: there is no credential platform\/nothing\.$/,
    ],
    [
      'a URL beyond the hosts of the admin credential',
      { ...keycloak, parameters: { admin_url: 'https://other.example.com' } },
      /^The token of platform\/keycloak-admin may not be sent to other\.example\.com: /,
    ],
    [
      'a URL that is not https',
      { ...keycloak, parameters: { admin_url: 'http://auth.example.com' } },
      /^The URL of the admin API in rotation.parameters must be an https URL/,
    ],
    [
      'a host that is none of AWS',
      { recipe: 'lambda', parameters: { function: 'f', admin_url: 'https://l.example.com' } },
      /^The recipe sends requests to AWS: l\.example\.com is no host of AWS\.$/,
    ],
  ])('is refused with %s, and nothing is changed', async (_what, rotation, text) => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    await world.register();
    world.server.tokenRequests = 0;
    const { json } = await world.send('PATCH', PATH, { body: { rotation }, headers });
    expect(json['code']).toBe('request_malformed');
    expect(json['error_description']).toMatch(text);
    expect(world.stored()).toEqual(DOCUMENT);
    expect(world.server.tokenRequests).toBe(0);
  });

  it('is refused with an overlap where the deployment lists no secrets', async () => {
    const world = new RegistryWorld({ overlaps: false });
    const rotation = { recipe: 'lambda', parameters: { function: 'f' }, overlap: '2d' };
    const { json } = await world.send('PUT', PATH, { body: { ...DOCUMENT, rotation } });
    expect(json['error_description']).toMatch(/^rotation\.overlap must be absent: this deployment/);
    const body = { ...DOCUMENT, rotation: { ...rotation, overlap: undefined } };
    expect((await world.send('PUT', PATH, { body })).status).toBe(201);
  });

  it('may have an overlap with a recipe of two secrets', async () => {
    const world = new RegistryWorld();
    const rotation = { recipe: 'lambda', parameters: { function: 'f' }, overlap: '2d' };
    const { status } = await world.send('PUT', PATH, { body: { ...DOCUMENT, rotation } });
    expect(status).toBe(201);
    expect(world.stored()).toMatchObject({ rotation });
  });

  it('may call a function of the operator in the Region of the deployment', async () => {
    const world = new RegistryWorld();
    await world.register();
    const rotation = { recipe: 'lambda', parameters: { function: 'f' } };
    const { status } = await world.send('PATCH', PATH, { body: { rotation }, headers });
    expect(status).toBe(200);
  });

  it('is refused if the document of the admin credential is invalid', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin({ issuer: 'x' });
    const body = { ...DOCUMENT, rotation: keycloak };
    const { json } = await world.send('PUT', PATH, { body });
    expect(json['error_description']).toMatch(
      /^rotation.admin_credential: The credential document is invalid: /,
    );
  });

  it('ends with the error of Secrets Manager if the admin credential cannot be read', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    await world.register();
    let reads = 0;
    world.secrets.turn = async (operation) => {
      if (operation === 'DescribeSecret') reads += 1;
      if (reads === 2) throw new Error('socket hang up');
    };
    const { json } = await world.send('PATCH', PATH, { body: { rotation: keycloak }, headers });
    expect(json['code']).toBe('secrets_unavailable');
  });

  it('ends with an error that is not about the document as it is', async () => {
    const recipes = new Recipes([]);
    jest.spyOn(recipes, 'get').mockImplementation(() => {
      throw new TypeError('bug');
    });
    const world = new RegistryWorld({ recipes });
    const body = { ...DOCUMENT, rotation: keycloak };
    expect((await world.send('PUT', PATH, { body })).json['code']).toBe('internal');
  });

  it('needs the permission to change the admin credential, and the error says so', async () => {
    const world = new RegistryWorld();
    await world.registerAdmin();
    world.policy.allowed = new Set(['registerCredential checkout/orders-api']);
    const body = { ...DOCUMENT, rotation: keycloak };
    const denied = await world.send('PUT', PATH, { body });
    expect(denied.json['code']).toBe('policy_denied');
    expect(denied.json['advice']).toMatch(
      /rotation.admin_credential: whoever sets up a rotation must be permitted to change the admin credential, too\.$/,
    );
    expect(world.audit.events.at(-1)).toMatchObject({ access: { credential: ADMIN } });
    expect(world.stored()).toBeUndefined();
    world.policy.allowed.add(`registerCredential ${ADMIN}`);
    expect((await world.send('PUT', PATH, { body })).status).toBe(201);
    world.policy.allowed.delete(`registerCredential ${ADMIN}`);
    const other = await world.send('PATCH', PATH, { body: { scope: 'orders:read' }, headers });
    expect(other.status).toBe(200);
  });
});
