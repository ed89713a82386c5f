import type { HttpsResponse } from '../http/https-transport.ts';
import { isJsonObject, parseJson } from '../http/json.ts';
import { isAccessToken } from '../http/token-syntax.ts';
import { LONGEST_LIFETIME } from '../time/time-budget.ts';
import { numberOf } from './read-member.ts';
import { unacceptable } from './unacceptable.ts';
import { unreadableResponse } from './upstream-error.ts';

/**
 * A token response (RFC 6749 section 5.1) in one form, however the server writes it. Its values are
 * not yet checked against the request. Contains a token: never log it.
 */
export interface TokenResponse {
  readonly access_token: string;
  /** Whole seconds; absent if the server states none. */
  readonly expires_in?: number | undefined;
  /** As the server writes it: text or a list. Absent if it states none: as requested. */
  readonly scope?: unknown;
}

/**
 * Reads the body of a response that is no error.
 *
 * @throws VendError `upstream_invalid` if the body is no object; `token_unacceptable` naming the member
 */
export function readTokenResponse(url: URL, response: HttpsResponse): TokenResponse {
  const json = parseTokenBody(response);
  if (!isJsonObject(json))
    throw unreadableResponse('token', url, response, 'it must be a JSON object');
  requireBearer(json['token_type']);
  return {
    access_token: readAccessToken(json['access_token']),
    expires_in: readSeconds(json['expires_in']),
    scope: json['scope'] ?? undefined,
  };
}

/** The body as JSON. Some servers send the form that RFC 6749 had in its drafts. */
export function parseTokenBody({ headers, body }: HttpsResponse): unknown {
  return /^application\/x-www-form-urlencoded/i.test(headers['content-type'] ?? '')
    ? Object.fromEntries(new URLSearchParams(body))
    : parseJson(body);
}

function readAccessToken(value: unknown): string {
  if (value === undefined || value === null) throw unacceptable('access_token is missing');
  if (typeof value !== 'string' || !isAccessToken(value))
    throw unacceptable(
      'access_token must be a string of printable ASCII characters without spaces (RFC 6750 section 2.1)',
    );
  return value;
}

/** Names under which servers issue bearer tokens (RFC 6750), besides `Bearer` itself. */
const BEARER_NAMES = new Set([
  '',
  'bearer',
  'bearertoken',
  'jwt',
  'oauth',
  'oauth2',
  'access_token',
  'accesstoken',
  'urn:ietf:params:oauth:token-type:access_token',
  'urn:ietf:params:oauth:token-type:jwt',
]);

/** Token types that need more than the token, by the name of the registry or its standard. */
const OTHER_TYPES: ReadonlyMap<string, string> = new Map([
  ['dpop', 'DPoP (RFC 9449)'],
  ['mac', 'MAC'],
  ['pop', 'PoP (proof of possession)'],
  ['n_a', 'N_A (RFC 8693: no access token)'],
]);

// Nothing but a bearer token was requested, so a type that is absent or means the same is a bearer token.
function requireBearer(type: unknown): void {
  if (type === undefined || type === null) return;
  const name = typeof type === 'string' ? type.trim().toLowerCase() : undefined;
  if (name !== undefined && BEARER_NAMES.has(name)) return;
  const other = name === undefined ? undefined : OTHER_TYPES.get(name);
  throw unacceptable(
    other === undefined
      ? 'token_type must be Bearer'
      : `token_type must be Bearer, and it is ${other}, which token-vending does not support`,
  );
}

/**
 * Seconds as a number, a fraction or text, rounded down.
 *
 * @returns `undefined` if there are none; at most {@link LONGEST_LIFETIME}
 */
function readSeconds(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const seconds = numberOf(value);
  if (seconds === undefined || seconds < 0)
    throw unacceptable('expires_in must be a number of seconds from 0');
  return Math.floor(Math.min(seconds, LONGEST_LIFETIME / 1000));
}
