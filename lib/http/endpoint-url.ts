/** Whether plain http to loopback is allowed: in the local system only, never in a deployment. */
export interface UrlPolicy {
  readonly allowLoopbackHttp: boolean;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host, as the URL API writes it, is this machine. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** The rule in words, for messages. */
export const ENDPOINT_URL_RULE = 'must be an https URL without user info and fragment';

/**
 * The URL that secrets or tokens may be sent to or keys fetched from, or `undefined`: absolute, https (TLS), no user
 * info (RFC 3986 section 3.2.1 deprecates it), no fragment (RFC 6749 section 3.2).
 */
export function findEndpointUrl(text: unknown, policy: UrlPolicy): URL | undefined {
  if (typeof text !== 'string' || text.length > 2048 || /[\s\p{Cc}]/u.test(text)) return undefined;
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '' || text.includes('#')) {
    return undefined;
  }
  if (url.protocol === 'https:') return url;
  const local = policy.allowLoopbackHttp && url.protocol === 'http:' && isLoopback(url.hostname);
  return local ? url : undefined;
}
