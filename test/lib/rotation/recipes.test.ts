import { describe, expect, it } from '@jest/globals';
import type { Recipe } from '../../../lib/rotation/recipe-schema.ts';
import { Recipes } from '../../../lib/rotation/recipes.ts';

const recipes = new Recipes([{ name: 'hydra' }, { name: 'auth0' }] as Recipe[]);

describe('recipes', () => {
  it('are found by name', () => {
    expect(recipes.get('hydra').name).toBe('hydra');
    expect(recipes.names).toEqual(['auth0', 'hydra']);
  });

  it('are named if there is none of a name', () => {
    expect(() => recipes.get('zitadel')).toThrow(
      /rotation\.recipe .* must be one of auth0, hydra\./,
    );
  });
});
