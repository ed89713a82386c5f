import { describe, expect, it } from '@jest/globals';
import { secretsIn } from '../../../lib/rotation/listed-secrets.ts';
import { shipped } from '../../../recipes/shipped.ts';

const listOf = (recipe: string) => {
  const list = shipped.get(recipe).remove?.list;
  if (list === undefined) throw new Error(`${recipe} has no list`);
  return list;
};

describe('the secrets that a server lists', () => {
  it('have their ids', () => {
    expect(secretsIn([{ id: 's0' }, { id: 5 }, 'text'], listOf('okta'))).toEqual([
      { id: 's0', isOurs: true },
    ]);
  });

  it('are those of the recipe or of somebody else', () => {
    const passwordCredentials = [
      { keyId: 'k0', displayName: 'token-vending' },
      { keyId: 'k1', displayName: 'backup' },
    ];
    expect(secretsIn({ passwordCredentials }, listOf('entra'))).toEqual([
      { id: 'k0', isOurs: true },
      { id: 'k1', isOurs: false },
    ]);
  });

  it('are none in a response without a list', () => {
    expect(secretsIn({ error: 'x' }, listOf('okta'))).toEqual([]);
  });
});
