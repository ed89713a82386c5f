import type { CredentialDocument } from '../credential/document.ts';
import { VendError, type VendErrorDetails } from '../errors/vend-error.ts';
import type { HttpsResponse } from '../http/https-transport.ts';
import { findOAuthError } from './oauth-error.ts';
import type { PresentedRequest } from './presented-request.ts';
import { nameOf, upstreamErrorOf } from './upstream-error.ts';

/**
 * The error of a request that presented the credential. Only `invalid_client`,
 * `unauthorized_client` and a 401 refuse the client. Any other refusal is about this request, and
 * must not stop requests of others.
 */
export function presentedErrorOf(presented: PresentedRequest, response: HttpsResponse): VendError {
  const error = findOAuthError(response.body);
  const general = upstreamErrorOf(presented.request, presented.url, response);
  const { detail } = general;
  if (isAboutDpop(error, response)) return new VendError('upstream_invalid', { ...DPOP, detail });
  if (refusesClient(error, response.status))
    return new VendError('credential_refused', { ...refusalOf(presented, error), detail });
  if (general.retryable) return general;
  if (error === 'invalid_scope')
    return new VendError('scope_refused', { ...scopeRefusalOf(presented), detail });
  if (error === 'invalid_target')
    return new VendError('target_refused', { ...targetRefusalOf(presented), detail });
  return new VendError('upstream_invalid', {
    says: `${general.message}${describeSent(presented)}`,
    advice: adviceFor(error, presented) ?? general.advice,
    detail,
    mayBeRefusal: mayRefuseClient(error, response.status),
  });
}

function refusesClient(error: string | undefined, status: number): boolean {
  if (error === 'invalid_client' || error === 'unauthorized_client') return true;
  return status === 401 && error !== 'invalid_scope' && error !== 'invalid_target';
}

// Some servers respond with a bare 403 to a wrong secret, or with invalid_request to a wrong key.
const UNCLEAR = new Set([undefined, 'access_denied', 'invalid_grant', 'invalid_request']);

function mayRefuseClient(error: string | undefined, status: number): boolean {
  return UNCLEAR.has(error) && (status === 400 || status === 403);
}

function refusalOf({ request, url, document, metadata }: PresentedRequest, error?: string) {
  const found = error ?? 'status 401';
  const { method } = document.authentication;
  const supported = metadata.authMethodsSupported;
  const listed =
    supported === undefined || supported.includes(method)
      ? ''
      : ` Its metadata lists ${supported.join(', ') || 'no method'} for token_endpoint_auth_method, and the document has ${method}.`;
  const cause =
    error === 'unauthorized_client'
      ? ' The secret may be wrong, or the server does not permit this client the client-credentials grant.'
      : '';
  return {
    says: `The ${nameOf(request, url)} refused the credential (${found}).${cause}${listed}`,
    advice: adviceOfRefusal(document.authentication),
  };
}

function adviceOfRefusal(authentication: CredentialDocument['authentication']): string {
  const { method } = authentication;
  const source = 'source' in authentication ? authentication.source : 'document';
  if (source !== 'document') return SOURCE_ADVICE[source];
  const what =
    'clientCertificate' in authentication
      ? 'client_id is right'
      : 'the secret in Secrets Manager is the current one and that client_id is right';
  return `Ask the operator to check that ${what}. ${METHOD_ADVICE[method]}`;
}

// These clients have no secret that could be wrong.
const SOURCE_ADVICE = {
  kms: 'Ask the operator to check that client_id is right, and that the public key of kms_key_id is registered at the server for this client: token-vending credentials jwks prints it. Some servers take assertions only for their token endpoint: "client_assertion_audience": "token_endpoint".',
  aws_web_identity:
    'Ask the operator to check that client_id is right, and that the server trusts the issuer URL of the AWS account for this client: with the ARN of the role of the vending function as the subject, and with the audience of client_assertion_audience.',
} as const;

const METHOD_ADVICE: Readonly<Record<CredentialDocument['authentication']['method'], string>> = {
  client_secret_basic:
    'Some servers take the secret only in the body: "token_endpoint_auth_method": "client_secret_post".',
  client_secret_post:
    'Some servers take the secret only in the header: "token_endpoint_auth_method": "client_secret_basic".',
  client_secret_jwt:
    'Some servers take assertions only for their token endpoint: "client_assertion_audience": "token_endpoint".',
  tls_client_auth:
    'The server must trust the issuer of the certificate, and know its subject for this client.',
  self_signed_tls_client_auth: 'The certificate must be registered at the server for this client.',
  private_key_jwt:
    'The public key must be registered at the server. Some servers take assertions only for their token endpoint: "client_assertion_audience": "token_endpoint".',
};

function scopeRefusalOf({ document, grant }: PresentedRequest): VendErrorDetails {
  const scope = grant?.scope ?? [];
  if (scope.length === 0)
    return {
      says: 'The authorization server refused the request because it names no scope (invalid_scope).',
      advice: 'Request a scope, or have the operator set default_scope in the credential document.',
    };
  // The ceiling passes the list of the document on, so the same list means that the caller named none.
  return scope === document.defaultScope
    ? {
        says: `The authorization server refused default_scope of the credential document (invalid_scope): ${scope.join(' ')}.`,
        advice: 'Ask the operator to correct default_scope, or request a scope.',
      }
    : {
        says: `The authorization server refused the requested scope (invalid_scope): ${scope.join(' ')}.`,
        advice: 'Request a scope that the server permits this client, or have it permitted there.',
      };
}

function targetRefusalOf({ grant }: PresentedRequest): VendErrorDetails {
  const targets = [...(grant?.audience ?? []), ...(grant?.resource ?? [])];
  return {
    says: `The authorization server refused the audience or resource (invalid_target): ${targets.join(' ') || 'none was sent'}.`,
    advice:
      'Have it permitted for this client at the server, or correct audience and resource of the credential document.',
  };
}

// RFC 9449 section 8: the nonce challenge of a token endpoint is an error code.
function isAboutDpop(error: string | undefined, { headers }: HttpsResponse): boolean {
  return (
    error === 'use_dpop_nonce' ||
    error === 'invalid_dpop_proof' ||
    /^DPoP\b/i.test(headers['www-authenticate'] ?? '')
  );
}

const DPOP: VendErrorDetails = {
  says: 'The authorization server requires DPoP (RFC 9449), which token-vending does not support.',
  advice: 'Switch DPoP off for this client at the authorization server.',
};

/** What the request named: the server may object to any of it. */
function describeSent({ grant }: PresentedRequest): string {
  if (grant === undefined) return '';
  const sent = Object.entries(grant)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `${name} ${values.join(' ')}`);
  return sent.length === 0
    ? ' The request named no scope.'
    : ` The request named ${sent.join(', ')}.`;
}

function adviceFor(
  error: string | undefined,
  { document, metadata }: PresentedRequest,
): string | undefined {
  const { grantTypesSupported } = metadata;
  switch (error) {
    case 'unsupported_grant_type':
      return `Permit the grant ${document.grantType} at the server${grantTypesSupported === undefined ? '' : `, whose metadata lists ${grantTypesSupported.join(', ') || 'no grant'}`}, or set grant_type in the credential document.`;
    case 'invalid_request':
      return 'Ask the operator to compare the request with what this server requires: audience, scope, resource and token_parameters of the credential document.';
    case 'access_denied':
    case 'invalid_grant':
      return 'Ask the operator to check at the server that the client, its realm or tenant, and the requested audience are enabled.';
    default:
      return undefined;
  }
}
