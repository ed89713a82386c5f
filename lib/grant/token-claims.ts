import { isJsonObject } from '../http/json.ts';
import { numberOf } from './read-member.ts';

/**
 * The claims of a JWT access token that this system uses (RFC 9068), in one form, however the
 * server writes them. A claim that cannot be read is in `unreadable`: it refuses a token only where
 * it is used.
 */
export interface TokenClaims {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly aud?: string | readonly string[] | undefined;
  /** Seconds since the Unix epoch. */
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
  readonly iat?: number | undefined;
  readonly jti?: string | undefined;
  /** `client_id`, else `azp`, `cid` (Okta) or `appid` (Entra ID). */
  readonly client_id?: string | undefined;
  /** `scope`, else `scp`, as the server writes it: text or a list. */
  readonly scope?: unknown;
  /** The key whose holder alone may use the token (RFC 7800). */
  readonly cnf?: Confirmation | undefined;
  readonly unreadable?: readonly string[] | undefined;
}

/** Names of members of `cnf`, and the one that is of a certificate (RFC 8705 section 3.1). */
export interface Confirmation {
  readonly methods: readonly string[];
  /** `x5t#S256`: SHA-256 (base64url) of a certificate. */
  readonly certificate: string | undefined;
}

/** Reads the claims of a payload. */
export function readClaims(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const unreadable: string[] = [];
  const read = <T>(name: string, reader: (value: unknown) => T | undefined): T | undefined => {
    const value = payload[name];
    if (value === undefined || value === null) return undefined;
    const result = reader(value);
    if (result === undefined) unreadable.push(name);
    return result;
  };
  return {
    iss: read('iss', textOf),
    sub: read('sub', textOf),
    aud: read('aud', audienceOf),
    exp: read('exp', numberOf),
    nbf: read('nbf', numberOf),
    iat: read('iat', numberOf),
    jti: read('jti', textOf),
    client_id:
      read('client_id', clientOf) ??
      read('azp', clientOf) ??
      read('cid', clientOf) ??
      read('appid', clientOf),
    cnf: read('cnf', confirmationOf),
    scope: payload['scope'] ?? payload['scp'] ?? undefined,
    unreadable,
  };
}

const LONGEST_TEXT = 2_048;

// Claims reach records and terminals. A record with a lone surrogate or a control character could not
// be read by everybody.
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' &&
    text.length <= LONGEST_TEXT &&
    text.isWellFormed() &&
    !/\p{Cc}/u.test(text)
    ? text
    : undefined;
}

function audienceOf(value: unknown): string | readonly string[] | undefined {
  if (!Array.isArray(value)) return textOf(value);
  const texts = value.map(textOf);
  return texts.length <= 1_000 && texts.every((text) => text !== undefined) ? texts : undefined;
}

// IdentityServer4 writes a list of one.
function clientOf(value: unknown): string | undefined {
  return textOf(Array.isArray(value) && value.length === 1 ? value[0] : value);
}

function confirmationOf(value: unknown): Confirmation | undefined {
  if (!isJsonObject(value)) return undefined;
  const methods = Object.keys(value).filter((name) => /^[\w#]{1,32}$/.test(name));
  return { methods: methods.slice(0, 10), certificate: textOf(value['x5t#S256']) };
}
