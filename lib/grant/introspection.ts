import { readClaims, type TokenClaims } from './token-claims.ts';

/** What a server says of a token (RFC 7662 section 2.2). */
export interface IntrospectedToken {
  readonly active: boolean;
  /** Empty if the token is not active. */
  readonly claims: TokenClaims;
}

/** Reads an introspection response. The claims of a token that is not active are not read. */
export function introspectedToken(json: Readonly<Record<string, unknown>>): IntrospectedToken {
  const active = json['active'] === true;
  return { active, claims: active ? readClaims(json) : {} };
}
