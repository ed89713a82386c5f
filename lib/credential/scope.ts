// RFC 6749 section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]{1,256}$/;

/** The rule in words, for messages. */
export const SCOPE_RULE =
  'must be scopes of printable characters other than " and \\, separated by one space';

export function isScopeToken(text: string): boolean {
  return SCOPE_TOKEN.test(text);
}

/** Splits a `scope` value into its tokens, sorted and without repeats (their order has no meaning, RFC 6749 section 3.3). */
export function splitScope(scope: string): string[] {
  return scope === '' ? [] : [...new Set(scope.split(' '))].sort();
}
