import { isScopeToken } from '../credential/scope.ts';
import { unacceptable } from './unacceptable.ts';

/** A number, or its decimal text. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  return typeof value === 'string' && /^\s*-?\d{1,20}(\.\d{0,20})?\s*$/.test(value)
    ? Number(value)
    : undefined;
}

/**
 * A scope as text or as a list of texts.
 *
 * @param member name of the member, for the error
 * @returns sorted; `undefined` if there is none
 * @throws VendError `token_unacceptable`
 */
export function readScope(value: unknown, member: string): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const texts = Array.isArray(value) ? value : [value];
  const scopes = texts.every((text) => typeof text === 'string')
    ? [...new Set(texts.flatMap(wordsOf))].sort()
    : undefined;
  if (scopes === undefined || !scopes.every(isScopeToken))
    throw unacceptable(`${member} must be scopes (RFC 6749 section 3.3), as text or as a list`);
  return scopes;
}

// Servers separate scopes by several spaces or a line break, too.
function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
