import { isLoopback } from '../../lib/http/endpoint-url.ts';

const LONGEST = 2048;

// Older documents name these hosts, which never existed or serve something else.
const WRONG_HOSTS: Readonly<Record<string, string>> = {
  'iam.retailsvc.com': 'iam-api.retailsvc.com',
  'iam-api-test.retailsvc.com': 'iam-api.retailsvc-test.com',
  'auth.hiiretail.com': 'auth.retailsvc.com',
  'api.hiiretail.com': 'iam-api.retailsvc.com',
};

/**
 * Checks a URL to which secrets or tokens are sent. It must be absolute and https (http only to
 * loopback), without user info, fragment and invisible characters.
 *
 * @returns the error, in words, or `undefined`
 */
export function findUrlError(text: string): string | undefined {
  if (text.length > LONGEST) return `must be at most ${LONGEST} characters`;
  if (/[\s\p{Cc}]/u.test(text)) return 'must contain no spaces and no control characters';
  const url = URL.parse(text);
  if (url === null || url.hostname === '')
    return 'must be an absolute URL such as https://host/path';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return 'must begin with https: (http: is for loopback only)';
  }
  if (url.username !== '' || url.password !== '')
    return 'must contain no user name and no password';
  if (text.includes('#')) return 'must have no fragment (#)';
  if (url.port === '0') return 'must have a port from 1 to 65535';
  const right = WRONG_HOSTS[url.hostname];
  return right === undefined
    ? undefined
    : `must not be on ${url.hostname}, which is the wrong host for this: use ${right}`;
}

/**
 * Checks the token endpoint, which has a path and may have a query (RFC 6749 section 3.2).
 *
 * @returns the error, in words, or `undefined`
 */
export function findTokenUrlError(text: string): string | undefined {
  const error = findUrlError(text);
  if (error !== undefined) return error;
  const { pathname, origin } = new URL(text);
  if (pathname === '/')
    return `must name the token endpoint with its path, such as ${origin}/oauth2/token`;
  return /\/oauth\/token\/?$/.test(pathname)
    ? `must not end with /oauth/token, which does not exist at Hii Retail: use ${origin}/oauth2/token`
    : undefined;
}

/**
 * Checks the base URL of the IAM API. The provider appends `/api/v1/...`.
 *
 * @returns the error, in words, or `undefined`
 */
export function findBaseUrlError(text: string): string | undefined {
  const error = findUrlError(text);
  if (error !== undefined) return error;
  const { pathname, search } = new URL(text);
  if (search !== '' || text.includes('?')) return 'must have no query';
  return /\/(api(\/v\d+)?|v\d+|iam\/v\d+)\/?$/.test(pathname)
    ? 'must not contain /api/v1 or another version: the provider appends it'
    : undefined;
}

/**
 * Checks the issuer, which has no query (RFC 8414 section 2).
 *
 * @returns the error, in words, or `undefined`
 */
export function findIssuerError(text: string): string | undefined {
  return findUrlError(text) ?? (text.includes('?') ? 'must have no query' : undefined);
}
