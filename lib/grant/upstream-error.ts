import { VendError, type VendErrorDetails } from '../errors/vend-error.ts';
import type { HttpsResponse } from '../http/https-transport.ts';
import { parseJson } from '../http/json.ts';
import { LONGEST_RETRY_AFTER } from '../time/time-budget.ts';
import { describeOAuthError, findOAuthError } from './oauth-error.ts';

/** The requests to an authorization server, in the words of error texts. */
const UPSTREAM_REQUESTS = {
  metadata: 'metadata of the authorization server',
  keys: 'key set (jwks_uri) of the authorization server',
  token: 'token endpoint of the authorization server',
  revocation: 'revocation endpoint of the authorization server',
  introspection: 'introspection endpoint of the authorization server',
  administration: 'admin API of the authorization server',
} as const;

export type UpstreamRequest = keyof typeof UPSTREAM_REQUESTS;

/**
 * The error that an unexpected response means. It is named after the request. Of the response it
 * contains the status, the kind of page and a registered error code, because descriptions of
 * servers echo the request.
 */
export function upstreamErrorOf(
  request: UpstreamRequest,
  url: URL,
  response: HttpsResponse,
): VendError {
  const { status } = response;
  const name = nameOf(request, url);
  const error = findOAuthError(response.body);
  const described = describeOAuthError(response.body);
  const found = `status ${status}${described === undefined ? '' : `, ${described}`}`;
  const details = {
    says: `The ${name} responded with an error (${found}${pageOf(response)}).`,
    detail: `${request}: ${found}`,
  };
  if (status === 429)
    return new VendError('upstream_rate_limited', {
      ...details,
      says: `The ${name} limits the rate of requests (${found}).`,
      ...retryAfterOf(response),
    });
  if (status === 408) return new VendError('upstream_timeout', details);
  if (status >= 500 || error === 'temporarily_unavailable') {
    return new VendError('upstream_unavailable', { ...details, ...retryAfterOf(response) });
  }
  return new VendError('upstream_invalid', { ...details, ...remedyOf(request, name, response) });
}

/** The error of a response that has a successful status and cannot be read. */
export function unreadableResponse(
  request: UpstreamRequest,
  url: URL,
  response: HttpsResponse,
  rule: string,
): VendError {
  return new VendError('upstream_invalid', {
    says: `The response of the ${nameOf(request, url)} cannot be read: ${rule} (status ${response.status}${pageOf(response)}).`,
    advice: checkKeys(request),
    detail: `${request}: status ${response.status}`,
  });
}

/** Further words of error texts that stand for a request. */
const FURTHER_WORDS: readonly (readonly ['metadata' | 'keys' | 'token', string])[] = [
  ['metadata', 'has no metadata'],
  ['keys', 'among its published keys'],
  ['token', 'requires DPoP'],
];

/**
 * The request of a grant that the text of an error names.
 *
 * @returns `undefined` if it names none
 */
export function findUpstreamRequest(text: string): 'metadata' | 'keys' | 'token' | undefined {
  const words = [
    ...(['metadata', 'keys', 'token'] as const).map(
      (name) => [name, UPSTREAM_REQUESTS[name]] as const,
    ),
    ...FURTHER_WORDS,
  ];
  return words.find(([, phrase]) => text.includes(phrase))?.[0];
}

/** The request in words, with its URL, which is not secret and was validated. */
export function nameOf(request: UpstreamRequest, { origin, pathname }: URL): string {
  return `${UPSTREAM_REQUESTS[request]} (${origin}${pathname})`;
}

function remedyOf(
  request: UpstreamRequest,
  name: string,
  { status }: HttpsResponse,
): VendErrorDetails {
  if (status >= 300 && status < 400)
    return {
      says: `The ${name} redirects (status ${status}). Redirects are not followed.`,
      advice: `Put the URL to which it redirects into the credential document: ${KEYS[request]}.`,
    };
  if (status === 407) return { advice: 'A proxy requires authentication. Check the proxy.' };
  // Metadata and keys need no credential, so any refusal of them is about the URL.
  const isAboutUrl = request === 'metadata' || request === 'keys' || ABSENT.has(status);
  return isAboutUrl ? { advice: checkKeys(request) } : {};
}

const ABSENT = new Set([404, 405, 410]);

function checkKeys(request: UpstreamRequest): string {
  return `Check ${KEYS[request]} in the credential document.`;
}

/** The keys of the credential document that determine the URL of each request. */
const KEYS: Readonly<Record<UpstreamRequest, string>> = {
  metadata: 'issuer',
  keys: 'issuer or jwks_uri',
  token: 'issuer or token_endpoint',
  revocation: 'revocation_endpoint',
  introspection: 'introspection_endpoint',
  administration: 'rotation',
};

// A page comes from a proxy, a firewall or a login form in front of the server, or from a wrong path.
// Some frameworks send JSON as HTML.
function pageOf({ headers, body }: HttpsResponse): string {
  if (body.trim() === '') return ', no body';
  const isHtml = /html/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(body);
  return isHtml && parseJson(body) === undefined
    ? ', an HTML page: a proxy, a firewall or a wrong path'
    : '';
}

// RFC 9110 section 10.2.3: seconds or an HTTP date.
function retryAfterOf({ headers }: HttpsResponse): { retryAfter?: number } {
  const value = headers['retry-after'];
  if (value === undefined) return {};
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds)
    ? {}
    : { retryAfter: Math.min(LONGEST_RETRY_AFTER / 1000, Math.max(0, Math.ceil(seconds))) };
}
