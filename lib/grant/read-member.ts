import { isScopeToken } from '../http/token-syntax.ts';
import { unacceptable } from './unacceptable.ts';

// The range of dates (ECMA-262 section 21.4.1.1). JSON may have numbers that no double can hold, and
// with an infinite one no difference of times can be stated.
const LATEST = 8_640_000_000_000;

/** Seconds as a number or its decimal text, within the range of dates. */
export function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && /^\s*-?\d{1,20}(\.\d{0,20})?\s*$/.test(value);
  if (typeof value !== 'number' && !isText) return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : Math.min(LATEST, Math.max(-LATEST, number));
}

/**
 * A scope as text or as a list of texts.
 *
 * @param member name of the member, for the error
 * @param advice what to do if it cannot be read
 * @returns sorted; `undefined` if there is none
 * @throws VendError `token_unacceptable`
 */
export function readScope(
  value: unknown,
  member: string,
  advice?: string,
): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const scopes = findScopes(value);
  if (scopes === undefined)
    throw unacceptable(
      `${member} must be scopes (RFC 6749 section 3.3), as text or as a list`,
      advice,
    );
  return scopes;
}

/** The same; `undefined` if it cannot be read. */
export function findScopes(value: unknown): readonly string[] | undefined {
  const texts = Array.isArray(value) ? value : [value];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  const scopes = [...new Set(texts.flatMap(wordsOf))].sort();
  return scopes.every(isScopeToken) ? scopes : undefined;
}

// Servers separate scopes by several spaces or a line break, too.
function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
