import type { CredentialDocument } from '../credential/document.ts';
import { ENDPOINT_URL_RULE, findEndpointUrl, type UrlPolicy } from '../http/endpoint-url.ts';
import { isPrivateHost } from '../http/private-address.ts';

export const METADATA_URL_RULE = `${ENDPOINT_URL_RULE}, and not on a private address`;

/**
 * A URL of metadata. A server must not be able to point into the network of the function, unless
 * the credential document itself names a server there.
 */
export function findMetadataUrl(
  text: unknown,
  { issuer, tokenEndpoint, jwksUri }: CredentialDocument,
  urls: UrlPolicy,
): URL | undefined {
  const url = findEndpointUrl(text, urls);
  if (url === undefined || urls.allowLoopbackHttp || !isPrivateHost(url.hostname)) return url;
  const named = [issuer, tokenEndpoint, jwksUri].flatMap((one) => one ?? []);
  return named.some((one) => new URL(one).hostname === url.hostname) ? url : undefined;
}

/** Whether the document permits that its secret is sent to a token endpoint of the metadata. */
export function mayTakeSecrets(endpoint: URL, document: CredentialDocument): boolean {
  const named =
    document.tokenEndpoint !== undefined && endpoint.href === new URL(document.tokenEndpoint).href;
  return named || isBeside(endpoint, [document.issuer]);
}

/**
 * Whether a URL is on the host of one of the others, or on a host below it. Without the public
 * suffix list, only these certainly have the same owner.
 */
export function isBeside(endpoint: URL, others: readonly string[]): boolean {
  return others.some((other) => {
    const { hostname } = new URL(other);
    return endpoint.hostname === hostname || endpoint.hostname.endsWith(`.${hostname}`);
  });
}
