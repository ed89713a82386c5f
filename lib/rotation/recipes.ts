import { VendError } from '../errors/vend-error.ts';
import type { Recipe } from './recipe-schema.ts';

/** The recipes that documents may name. */
export class Recipes {
  readonly #byName: ReadonlyMap<string, Recipe>;

  constructor(recipes: readonly Recipe[]) {
    this.#byName = new Map(recipes.map((recipe) => [recipe.name, recipe]));
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()].sort();
  }

  /** @throws VendError `credential_invalid` if there is none of this name */
  get(name: string): Recipe {
    const recipe = this.#byName.get(name);
    if (recipe !== undefined) return recipe;
    throw new VendError('credential_invalid', {
      says: `rotation.recipe of the credential document must be one of ${this.names.join(', ')}.`,
    });
  }
}
