import type { CredentialDocument } from '../../lib/credential/document.ts';
import { DOCUMENT_MEMBERS, SECRET_MEMBERS } from '../../lib/credential/document-schema.ts';

/** Changes of a document that an advice names, by key. */
export type Suggestions = Readonly<Record<string, string>>;

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
    .map(([, key = '', value = '']) => [key, String(JSON.parse(value))] as const)
    .filter(([key]) => DOCUMENT_MEMBERS.includes(key) && !SECRET_MEMBERS.includes(key))
    .filter(([key, value]) => present[key] !== value);
  return Object.fromEntries(named);
}

/** The changes as lines of a document. */
export function describeSuggestions(suggestions: Suggestions): string[] {
  return Object.entries(suggestions).map(
    ([key, value]) => `possible change of the document: "${key}": ${JSON.stringify(value)}`,
  );
}
