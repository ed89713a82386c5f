import { isJsonObject, parseJson } from '../http/json.ts';

/**
 * Parses the text of a credential document. A byte order mark is read over.
 *
 * @returns `undefined` if it is not a JSON object. The error of the parser would quote the text,
 *   which contains a secret
 */
export function findJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const json = parseJson(text);
  return isJsonObject(json) ? json : undefined;
}

/** The rule in words, for messages. */
export const UTF8_RULE = 'is UTF-16 text: it must be UTF-8';

/**
 * Whether a text was written as UTF-16 and read as UTF-8 or Latin-1. Every other byte of ASCII in
 * UTF-16 is zero, and neither JSON nor a secret contains that character.
 */
export function isUtf16(text: string): boolean {
  return /^(?:\uFEFF|\uFFFD\uFFFD|\u00FF\u00FE|\u00FE\u00FF)?(?:\0[^\0]|[^\0]\0)/.test(text);
}
