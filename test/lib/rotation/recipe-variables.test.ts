import { describe, expect, it } from '@jest/globals';
import { variablesOfClient } from '../../../lib/rotation/recipe-variables.ts';
import { readDocument } from '../../../lib/rotation/rotated-document.ts';
import { shipped } from '../../../recipes/shipped.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

function variables(recipe: string, change: object) {
  const text = JSON.stringify({ ...DOCUMENT, ...change });
  return variablesOfClient({
    id: { team: 'checkout', name: 'orders-api' },
    recipe: shipped.get(recipe),
    current: readDocument({ text, versionId: 'v1' }, { allowLoopbackHttp: false }),
    versionId: 'v2',
    region: 'eu-north-1',
  });
}

describe('the variables of a recipe', () => {
  it('are the client, its issuer, and the parameters', () => {
    expect(
      variables('keycloak', {
        issuer: 'https://auth.example.com/realms/shop/',
        rotation: { recipe: 'keycloak' },
      }),
    ).toMatchObject({
      credential: 'checkout/orders-api',
      request_token: 'v2',
      client_id: 'orders-client',
      issuer_origin: 'https://auth.example.com',
      issuer_name: 'shop',
      region: 'eu-north-1',
      admin_url: 'https://auth.example.com',
    });
    expect(variables('auth0', {})).toMatchObject({ issuer_name: '' });
  });

  it.each<[recipe: string, change: object, text: string]>([
    ['hydra', {}, 'rotation.parameters must have admin_url for recipe hydra: URL of the admin API'],
    [
      'auth0',
      { rotation: { recipe: 'auth0', parameters: { realm: 'x' } } },
      'rotation.parameters must not have realm: recipe auth0 has admin_url.',
    ],
    [
      'private_key_jwt_hydra',
      {},
      'Recipe private_key_jwt_hydra rotates private_key_jwk, and the credential document has none.',
    ],
    [
      'auth0',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        client_assertion_source: 'kms',
        kms_key_id: 'a',
        client_secret: undefined,
      },
      'Recipe auth0 rotates client_secret, and the credential document has none.',
    ],
    [
      'private_key_jwt_hydra',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        client_assertion_source: 'kms',
        kms_key_id: 'a',
        client_secret: undefined,
      },
      'rotates private_key_jwk',
    ],
    ['rfc7592', {}, 'Recipe rfc7592 needs registration_access_token in the credential document.'],
  ])('are refused: %s %j', (recipe, change, text) => {
    expect(() => variables(recipe, change)).toThrow(text);
  });
});
