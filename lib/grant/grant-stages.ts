import type { CredentialDocument } from '../credential/document.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import type { GrantStage, GrantStages } from '../http/grant-stages.ts';
import { assertionAudience } from './assertion-audience.ts';
import { cleanFinding, secretsOf } from './clean-finding.ts';
import type { GrantFinding } from './grant-finding.ts';
import type { ServerMetadata } from './server-metadata.ts';

/**
 * What each stage of a grant with a document found. Of several responses it has the last. Texts of
 * the server are cleaned, also of the token itself, which a claim may repeat.
 */
export function stagesOf(
  findings: readonly GrantFinding[],
  document: CredentialDocument,
): GrantStages {
  const last = lastOf(findings);
  const { metadata, request, response, keys, claims } = last;
  const stages: GrantStages = {
    ...(metadata && { metadata: describeMetadata(metadata.metadata) }),
    ...(metadata &&
      request && { request: describeRequest(document, metadata.metadata, request.parameters) }),
    ...(response && {
      response: {
        status: response.response.status,
        members: response.response.members,
        ...response.response.values,
      },
    }),
    ...(keys && {
      keys: {
        jwks_uri: keys.jwksUri,
        alg: keys.compared.alg,
        kid: keys.compared.kid,
        published: keys.compared.published.map((kid) => kid ?? null),
      },
    }),
    ...(claims && { claims: describeClaims(claims.claims) }),
  };
  const token = last.token?.response.access_token;
  const secrets = secretsOf(document.authentication);
  return cleanFinding(stages, token === undefined ? secrets : [...secrets, token]);
}

/** The stage that failed with an error of this code. */
export function failedStageOf(findings: readonly GrantFinding[], code: ErrorCode): GrantStage {
  const { metadata, response, token, keys, claims } = lastOf(findings);
  if (metadata === undefined) return 'metadata';
  if (token === undefined)
    return response === undefined || response.response.isError ? 'request' : 'response';
  const isAboutKeys = keys !== undefined || code.startsWith('upstream_');
  return claims === undefined && isAboutKeys ? 'keys' : 'checks';
}

type LastFindings = {
  readonly [Stage in GrantFinding['stage']]?: Extract<GrantFinding, { stage: Stage }>;
};

function lastOf(findings: readonly GrantFinding[]): LastFindings {
  return Object.fromEntries(findings.map((finding) => [finding.stage, finding]));
}

function describeMetadata(metadata: ServerMetadata) {
  return {
    found_at: metadata.foundAt ?? [],
    issuer: metadata.issuer,
    token_endpoint: metadata.tokenEndpoint,
    jwks_uri: metadata.jwksUri,
    revocation_endpoint: metadata.revocationEndpoint,
    introspection_endpoint: metadata.introspectionEndpoint,
    token_endpoint_auth_methods_supported: metadata.authMethodsSupported,
    grant_types_supported: metadata.grantTypesSupported,
  };
}

function describeRequest(
  document: CredentialDocument,
  metadata: ServerMetadata,
  parameters: URLSearchParams,
) {
  const { method } = document.authentication;
  const sendsAssertion = method === 'client_secret_jwt' || method === 'private_key_jwt';
  return {
    endpoint: metadata.tokenEndpoint,
    token_endpoint_auth_method: method,
    client_assertion_audience: sendsAssertion ? assertionAudience(document, metadata) : undefined,
    grant_type: document.grantType,
    parameters: Object.fromEntries(
      [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]),
    ),
  };
}

function describeClaims({
  iss,
  aud,
  exp,
  scope,
  client_id,
}: NonNullable<LastFindings['claims']>['claims']) {
  return { iss, aud, exp, scope, client_id };
}
