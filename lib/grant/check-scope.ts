import type { Expectations } from './expectations.ts';
import { readScope } from './read-member.ts';
import type { TokenClaims } from './token-claims.ts';
import type { TokenResponse } from './token-response.ts';
import { OPAQUE_ADVICE, unacceptable } from './unacceptable.ts';

export interface GrantedScope {
  /** Sorted. Policy decides about these. */
  readonly scope: readonly string[];
  /** Sorted. The server adds these to every token, and the document says so. */
  readonly implicitScope: readonly string[];
}

/**
 * The granted scope. It must not be wider than requested, or, if nothing was requested, than the
 * `scope` of the document.
 *
 * @throws VendError `token_unacceptable` naming the scopes that were added
 */
export function checkScope(
  response: TokenResponse,
  claims: TokenClaims | undefined,
  { grant, document }: Pick<Expectations, 'grant' | 'document'>,
): GrantedScope {
  const bound = grant.scope.length > 0 ? grant.scope : document.scope;
  const granted = splitAtCommas(grantedScope(response, claims) ?? grant.scope, bound);
  const scope = granted.filter(
    (token) => grant.scope.includes(token) || !document.implicitScope.includes(token),
  );
  const implicitScope = granted.filter((token) => !scope.includes(token));
  const added = bound === undefined ? [] : scope.filter((token) => !bound.includes(token));
  if (added.length > 0) throw tooWide(added, grant.scope, document.implicitScope);
  return { scope, implicitScope };
}

// RFC 6749 section 5.1: omitted means as requested. oidc-provider omits it if it dropped an unknown
// scope, so the claim of the JWT counts first.
function grantedScope(
  response: TokenResponse,
  claims: TokenClaims | undefined,
): readonly string[] | undefined {
  return (
    readScope(response.scope, 'scope') ?? readScope(claims?.scope, 'the claim scope', OPAQUE_ADVICE)
  );
}

// Some servers separate scopes by commas. A comma may also be a part of a scope.
function splitAtCommas(
  granted: readonly string[],
  bound: readonly string[] | undefined,
): readonly string[] {
  const split = (token: string) => {
    const parts = token.split(',').filter((part) => part !== '');
    return bound?.includes(token) || !parts.every((part) => bound?.includes(part))
      ? [token]
      : parts;
  };
  return [...new Set(granted.flatMap(split))].sort();
}

const SHOWN = 10;

function tooWide(added: readonly string[], requested: readonly string[], known: readonly string[]) {
  const shown = added.slice(0, SHOWN).join(' ');
  const names = added.length > SHOWN ? `${shown} and ${added.length - SHOWN} more` : shown;
  const implicit = implicitScopeOf([...known, ...added].sort().join(' '));
  return requested.length > 0
    ? unacceptable(
        `scope must not be wider than requested, and the server added ${names}`,
        `If the server adds these scopes to every token, set ${implicit} in the credential document.`,
      )
    : unacceptable(
        `no scope was requested, and the token has ${names}, which scope of the credential document does not list`,
        `Set default_scope in the credential document to request less, add these scopes to scope, or set ${implicit} if every token has them.`,
      );
}

const LONGEST = 500;

/** The line of the document that permits the scopes, ready to paste if it is short enough. */
function implicitScopeOf(scopes: string): string {
  return scopes.length <= LONGEST ? `"implicit_scope": "${scopes}"` : '"implicit_scope"';
}
