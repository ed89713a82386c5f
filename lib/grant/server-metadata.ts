import type { CredentialDocument } from '../credential/document.ts';
import { isSameIssuer } from '../credential/profile.ts';
import { VendError } from '../errors/vend-error.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { isJsonObject, type JsonObject } from '../http/json.ts';
import { findMetadataUrl, isBeside, METADATA_URL_RULE, mayTakeSecrets } from './metadata-url.ts';
import { endpointMember } from './mtls-endpoint-aliases.ts';

/** The metadata of an authorization server. Every URL is validated. */
export interface ServerMetadata {
  /** As the server writes it. */
  readonly issuer: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string | undefined;
  /** A `jwks_uri` of the metadata that is not used, because it is on another host. For texts. */
  readonly foreignJwksUri?: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly introspectionEndpoint?: string | undefined;
  /** `iss` of access tokens where it is not the issuer (AD FS). */
  readonly accessTokenIssuer?: string | undefined;
  /** What the server lists, for texts. A server may support more, so nothing is refused by it. */
  readonly authMethodsSupported?: readonly string[] | undefined;
  readonly grantTypesSupported?: readonly string[] | undefined;
  readonly revocationAuthMethodsSupported?: readonly string[] | undefined;
  readonly introspectionAuthMethodsSupported?: readonly string[] | undefined;
  /** URLs of the documents it is from; absent if it is from the credential document. */
  readonly foundAt?: readonly string[] | undefined;
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

/**
 * Checks metadata: the issuer is the requested one, and a secret may be sent to the token endpoint.
 * Metadata is extensible (RFC 8414 section 2): members that are not used are not read, and an
 * endpoint that is not usable counts as absent.
 *
 * @throws VendError `upstream_invalid` naming the member and the rule it breaks
 */
export function checkMetadata(
  json: unknown,
  document: CredentialDocument,
  urls: UrlPolicy,
): ServerMetadata {
  if (!isJsonObject(json)) throw invalidMetadata('it must be a JSON object');
  const issuer = checkIssuer(json['issuer'], document);
  const tokenEndpoint = checkTokenEndpoint(json, document, urls);
  // Revocation and introspection send the secret too, and whose keys are read can sign any token. So
  // an endpoint on another host is not used.
  const beside = (name: string) => {
    const url = findMetadataUrl(endpointMember(json, name, document).value, document, urls);
    return url !== undefined && isBeside(url, [document.issuer, tokenEndpoint.href])
      ? url.href
      : undefined;
  };
  // The metadata names the keys of its own issuer. Those of another issuer of access tokens, such as
  // an access token manager of PingFederate, are in the document.
  const named = document.accessTokenIssuer === undefined ? undefined : document.jwksUri;
  const jwksUri = named ?? beside('jwks_uri') ?? document.jwksUri;
  return {
    issuer,
    tokenEndpoint: tokenEndpoint.href,
    jwksUri,
    foreignJwksUri:
      jwksUri === undefined ? findMetadataUrl(json['jwks_uri'], document, urls)?.href : undefined,
    revocationEndpoint: beside('revocation_endpoint') ?? document.revocationEndpoint,
    introspectionEndpoint: beside('introspection_endpoint') ?? document.introspectionEndpoint,
    accessTokenIssuer: namesOf([json['access_token_issuer']])?.[0],
    authMethodsSupported: namesOf(json['token_endpoint_auth_methods_supported']),
    grantTypesSupported: namesOf(json['grant_types_supported']),
    revocationAuthMethodsSupported: namesOf(json['revocation_endpoint_auth_methods_supported']),
    introspectionAuthMethodsSupported: namesOf(
      json['introspection_endpoint_auth_methods_supported'],
    ),
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
    revocationEndpoint: document.revocationEndpoint,
    introspectionEndpoint: document.introspectionEndpoint,
  };
}

/** Whether `issuer` is the document's, compared by the rule of its profile. */
export function sameIssuer(issuer: string, document: CredentialDocument): boolean {
  return isSameIssuer(document.profile, issuer, document.issuer);
}

/** Whether two issuers differ only by the slash at the end of one. */
export function isSlashApart(first: string, second: string): boolean {
  return `${first}/` === second || first === `${second}/`;
}

/** The metadata is of another server, or the document is wrong. The secret is sent to neither. */
export class IssuerMismatch extends VendError {}

// An issuer is no secret, so both are named.
function checkIssuer(issuer: unknown, document: CredentialDocument): string {
  if (!isName(issuer)) throw invalidMetadata('issuer must be a URL', ENDPOINT_ADVICE);
  if (sameIssuer(issuer, document)) return issuer;
  const slash = isSlashApart(issuer, document.issuer) ? ' (only the slash at the end differs)' : '';
  throw new IssuerMismatch('upstream_invalid', {
    says: `The metadata of the authorization server is invalid: issuer must be ${document.issuer}, the issuer of the credential document, and it is ${issuer}${slash}.`,
    advice: `If this is the right server, set "issuer": "${issuer}" in the credential document.`,
    detail: `metadata: issuer ${issuer}`,
  });
}

// Endpoints of the document replace metadata that is invalid.
const ENDPOINT_ADVICE =
  'Check issuer in the credential document, or set token_endpoint and jwks_uri there.';

function checkTokenEndpoint(json: JsonObject, document: CredentialDocument, urls: UrlPolicy): URL {
  const { name, value } = endpointMember(json, 'token_endpoint', document);
  if (value === undefined) throw invalidMetadata(`${name} is missing`, ENDPOINT_ADVICE);
  const endpoint = findMetadataUrl(value, document, urls);
  if (endpoint === undefined)
    throw invalidMetadata(`${name} ${METADATA_URL_RULE}`, ENDPOINT_ADVICE);
  if (mayTakeSecrets(endpoint, document)) return endpoint;
  throw invalidMetadata(
    `${name} must be on the host of the issuer, or the credential document must name it, and it is ${endpoint.href}`,
    `If the secret may be sent there, set "token_endpoint": "${endpoint.href}" in the credential document.`,
  );
}

function namesOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.slice(0, 50).filter(isName) : undefined;
}

// Names stand in texts, so they are short and printable.
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]{1,500}$/.test(value);
}

function invalidMetadata(rule: string, advice?: string): VendError {
  return new VendError('upstream_invalid', {
    says: `The metadata of the authorization server is invalid: ${rule}.`,
    detail: `metadata: ${rule}`,
    ...(advice === undefined ? {} : { advice }),
  });
}

/** A member of {@link ServerMetadata} that a request needs. */
export type WantedEndpoint = 'jwksUri' | 'revocationEndpoint' | 'introspectionEndpoint';
