import { findValue } from './json-pointer.ts';
import type { Recipe } from './recipe-schema.ts';

type ListOfSecrets = NonNullable<NonNullable<Recipe['remove']>['list']>;

/** A secret of a client, as the server lists it. */
export interface ListedSecret {
  /** At the server. */
  readonly id: string;
  /** Whether the recipe may remove it without knowing its id. */
  readonly isOurs: boolean;
}

/**
 * The secrets in a response of the server.
 *
 * @param json the response; one without a list has no secrets
 */
export function secretsIn(json: unknown, list: ListOfSecrets): ListedSecret[] {
  const items = findValue(json, list.items);
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    const id = findValue(item, list.id);
    const isOurs = Object.entries(list.only).every(
      ([pointer, value]) => findValue(item, pointer) === value,
    );
    return typeof id === 'string' ? [{ id, isOurs }] : [];
  });
}
