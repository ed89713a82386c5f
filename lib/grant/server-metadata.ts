import * as v from 'valibot';
import type { CredentialDocument } from '../credential/document.ts';
import { findProfile, isSameIssuer } from '../credential/profile.ts';
import { VendError } from '../errors/vend-error.ts';
import { findEndpointUrl, type UrlPolicy } from '../http/endpoint-url.ts';

/** The metadata of an authorization server. Every URL is validated. */
export interface ServerMetadata {
  /** As the server writes it, for comparison with `iss`. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string | undefined;
  readonly revocationEndpoint: string | undefined;
}

/**
 * The URLs of the metadata of `issuer`, in the order to try: OpenID Connect Discovery section 4
 * (appended to the issuer), then RFC 8414 section 3 (inserted before its path).
 */
export function wellKnownUrls(issuer: string): readonly URL[] {
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  return [
    new URL(`${path}/.well-known/openid-configuration`, url.origin),
    new URL(`/.well-known/oauth-authorization-server${path}`, url.origin),
  ];
}

// Metadata is extensible (RFC 8414 section 2): unknown members are ignored.
const metadataSchema = v.object({
  issuer: v.string(),
  token_endpoint: v.string(),
  jwks_uri: v.optional(v.string()),
  revocation_endpoint: v.optional(v.string()),
});

/**
 * Checks metadata: the issuer is the requested one, and a secret may be sent to the token endpoint.
 *
 * @throws VendError `upstream_invalid` naming the member and the rule it breaks
 */
export function checkMetadata(
  json: unknown,
  document: CredentialDocument,
  urls: UrlPolicy,
): ServerMetadata {
  const result = v.safeParse(metadataSchema, json);
  if (!result.success)
    throw invalidMetadata('must be a JSON object with issuer and token_endpoint');
  const { issuer, token_endpoint, jwks_uri, revocation_endpoint } = result.output;
  if (!sameIssuer(issuer, document))
    throw invalidMetadata('issuer must be the issuer of the credential document');
  const tokenEndpoint = findEndpointUrl(token_endpoint, urls);
  if (tokenEndpoint === undefined)
    throw invalidMetadata('token_endpoint must be an https URL without user info and fragment');
  if (!mayTakeSecrets(tokenEndpoint, document)) {
    throw invalidMetadata(
      'token_endpoint must be on the host of the issuer, or the credential document must name it',
    );
  }
  if (jwks_uri !== undefined && findEndpointUrl(jwks_uri, urls) === undefined) {
    throw invalidMetadata('jwks_uri must be an https URL without user info and fragment');
  }
  const revocation = findEndpointUrl(revocation_endpoint, urls);
  return {
    issuer,
    tokenEndpoint: tokenEndpoint.href,
    jwksUri: jwks_uri ?? document.jwksUri,
    // Revocation sends the secret too. An endpoint on another host is ignored.
    revocationEndpoint:
      revocation !== undefined && isBeside(revocation, [document.issuer, tokenEndpoint.href])
        ? revocation.href
        : undefined,
  };
}

/**
 * The metadata in the document itself, for servers that have no discovery or cannot be reached;
 * `undefined` if it names no endpoint.
 */
export function fallbackMetadata(document: CredentialDocument): ServerMetadata | undefined {
  if (document.tokenEndpoint === undefined) return undefined;
  return {
    issuer: document.issuer,
    tokenEndpoint: document.tokenEndpoint,
    jwksUri: document.jwksUri,
    revocationEndpoint: undefined,
  };
}

/** Whether `issuer` is the document's, compared by the rule of its profile. */
export function sameIssuer(issuer: string, document: CredentialDocument): boolean {
  return isSameIssuer(findProfile(document.profile), issuer, document.issuer);
}

function mayTakeSecrets(endpoint: URL, document: CredentialDocument): boolean {
  const named =
    document.tokenEndpoint !== undefined && endpoint.href === new URL(document.tokenEndpoint).href;
  return named || isBeside(endpoint, [document.issuer]);
}

// Without the public suffix list, only the host itself and hosts below it certainly have the same
// owner.
function isBeside(endpoint: URL, others: readonly string[]): boolean {
  return others.some((other) => {
    const { hostname } = new URL(other);
    return endpoint.hostname === hostname || endpoint.hostname.endsWith(`.${hostname}`);
  });
}

function invalidMetadata(rule: string): VendError {
  return new VendError('upstream_invalid', {
    says: `The metadata of the authorization server is invalid: ${rule}.`,
  });
}
