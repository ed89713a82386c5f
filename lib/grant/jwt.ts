import { isJsonObject } from '../http/json.ts';
import { readClaims, type TokenClaims } from './token-claims.ts';

/**
 * Whether a token has the three parts of a JWT, the first being a JSON object with `alg` (RFC 7515).
 * The signature of an unsecured JWT is empty.
 */
export function looksLikeJwt(token: string): boolean {
  // Buffer ignores characters that are not of base64, so they are refused here.
  const [, header] = /^([\w=-]+)\.[\w=-]+\.[\w=-]*$/.exec(token) ?? [];
  const parsed = header === undefined ? undefined : parsePart(header);
  return isJsonObject(parsed) && 'alg' in parsed;
}

/**
 * The claims of a JWT whose signature is not verified. `exp` of it may only shorten a lifetime.
 *
 * @returns no claim if it is no JWT
 */
export function unverifiedClaims(token: string): TokenClaims {
  const payload = parsePart(token.split('.')[1] ?? '');
  return isJsonObject(payload) ? readClaims(payload) : {};
}

/** `aud` and `scp` are a string or a list of them. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function parsePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
