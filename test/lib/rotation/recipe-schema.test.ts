import { describe, expect, it } from '@jest/globals';
import { parseRecipe } from '../../../lib/rotation/recipe-schema.ts';

const request = { method: 'POST', path: '/clients/{client_id}' };
const recipe = {
  title: 'A server',
  secret: 'issued',
  overlap: true,
  authorization: 'admin_credential',
  parameters: { admin_url: { description: 'URL of the API', default: '{issuer_origin}' } },
  server: '{admin_url}',
  add: { request, read: { client_secret: '/secret' } },
};

describe('a recipe', () => {
  it('has defaults', () => {
    expect(parseRecipe('mine', recipe)).toMatchObject({
      name: 'mine',
      lookup: [],
      propagation: 0,
      add: { expect: {}, read_if_present: {}, request: { headers: {} } },
    });
  });

  it('may use what it has read before, and its parameters', () => {
    const lookup = [{ request, read: { uuid: '/id' }, read_if_present: { more: '/more' } }];
    const add = { ...recipe.add, request: { ...request, path: '/{uuid}/{more}/{admin_url}' } };
    expect(parseRecipe('mine', { ...recipe, lookup, add }).lookup).toHaveLength(1);
  });

  it.each<[change: object, rule: string]>([
    [{ secret: 'guessed' }, 'secret must be issued (by the server), chosen'],
    [{ title: undefined }, 'title is missing'],
    [{ extra: 1 }, 'extra is not a member of a recipe; remove it'],
    [{ server: 'https://{host}' }, 'it has the unknown variables host'],
    [
      { parameters: { ...recipe.parameters, b: { description: 'x', default: '{wrong}' } } },
      'it has the unknown variables wrong',
    ],
    [{ add: { request } }, 'add.read must have client_secret with secret issued'],
    [{ secret: 'chosen' }, 'add must send {new_secret}'],
    [{ secret: 'key_pair' }, 'add must send {jwks}'],
    [{ overlap: false, remove: { requests: [request] } }, 'remove must be absent without overlap'],
    [{ authorization: 'aws' }, 'service must be there if and only if authorization is aws'],
    [{ service: 'lambda' }, 'service must be there if and only if authorization is aws'],
    [{ propagation: 900 }, 'propagation must be at most 240'],
    [
      { add: { ...recipe.add, request: { ...request, path: 'https://evil.example' } } },
      'add.request.path must be empty or begin with a single slash',
    ],
    [
      { add: { ...recipe.add, request: { ...request, path: '//evil.example' } } },
      'add.request.path must be empty or begin with a single slash',
    ],
    [{ add: { ...recipe.add, read: { client_secret: 'secret' } } }, 'must be a JSON pointer'],
  ])('is refused: %j', (change, rule) => {
    expect(() => parseRecipe('mine', { ...recipe, ...change })).toThrow(rule);
  });

  it('is refused if it is no object, or if its name is none', () => {
    expect(() => parseRecipe('mine', 'text')).toThrow('The recipe mine is invalid: it ');
    expect(() => parseRecipe('No-Name', recipe)).toThrow('its file name must be a name');
  });
});
