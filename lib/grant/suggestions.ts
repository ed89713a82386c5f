import type { CredentialDocument } from '../credential/document.ts';
import { DOCUMENT_MEMBERS, SECRET_MEMBERS } from '../credential/document-schema.ts';
import type { Suggestions } from '../http/grant-stages.ts';
import { parseJson } from '../http/json.ts';

/**
 * The keys with values, such as `"implicit_scope": "email profile"`, that an advice of the grant
 * names. Those that the document has already are left out.
 *
 * @param given the document in JSON
 */
export function suggestionsOf(
  advice: string,
  given: Readonly<Record<string, unknown>>,
  { profile }: Pick<CredentialDocument, 'profile'>,
): Suggestions {
  const present = { ...profile.defaults, ...given };
  const named = [...advice.matchAll(/"([a-z_]+)": ("(?:[^"\\]|\\.)*")/g)]
    .map(([, key = '', value = '']) => [key, parseJson(value)] as const)
    .filter(([key]) => DOCUMENT_MEMBERS.includes(key) && !SECRET_MEMBERS.includes(key))
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .filter(([key, value]) => present[key] !== value);
  return Object.fromEntries(named);
}
