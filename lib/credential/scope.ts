/** The rule in words, for messages. */
export const SCOPE_RULE =
  'must be scopes of printable characters other than " and \\, separated by one space';

/** Splits a `scope` value into its tokens, sorted and without repeats (their order has no meaning, RFC 6749 section 3.3). */
export function splitScope(scope: string): string[] {
  return scope === '' ? [] : [...new Set(scope.split(' '))].sort();
}
