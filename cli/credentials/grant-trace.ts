import type { CredentialDocument } from '../../lib/credential/document.ts';
import type { ErrorCode } from '../../lib/errors/error-table.ts';
import { assertionAudience } from '../../lib/grant/assertion-audience.ts';
import type { GrantFinding } from '../../lib/grant/grant-finding.ts';
import type { ServerMetadata } from '../../lib/grant/server-metadata.ts';
import { cleanFinding, secretsOf } from './clean-finding.ts';

/** The stages of a grant, in their order. `checks`: lifetime, scope, issuer and audience. */
export type GrantStage = 'metadata' | 'request' | 'response' | 'keys' | 'checks';

/**
 * What each stage of a grant found, with the names of `--json`. Contains no secret and no token,
 * and can be printed. A stage that was not reached is absent.
 */
export interface GrantTrace {
  readonly metadata?: {
    /** URLs; empty if the values are from the document. */
    readonly found_at: readonly string[];
    readonly issuer: string;
    readonly token_endpoint: string;
    readonly jwks_uri?: string | undefined;
    readonly revocation_endpoint?: string | undefined;
    readonly introspection_endpoint?: string | undefined;
    readonly token_endpoint_auth_methods_supported?: readonly string[] | undefined;
    readonly grant_types_supported?: readonly string[] | undefined;
  };
  readonly request?: {
    readonly endpoint: string;
    readonly token_endpoint_auth_method: string;
    /** `aud` of the assertion, if the method sends one. */
    readonly client_assertion_audience?: string | undefined;
    readonly grant_type: string;
    readonly parameters: Readonly<Record<string, readonly string[]>>;
  };
  readonly response?: {
    readonly status: number;
    /** JSON type of each member by its name; absent if the body is no JSON object. */
    readonly members?: Readonly<Record<string, string>> | undefined;
    /** As the server writes them. */
    readonly token_type?: unknown;
    readonly expires_in?: unknown;
    readonly scope?: unknown;
  };
  readonly keys?: {
    readonly jwks_uri: string;
    readonly alg: string;
    readonly kid?: string | undefined;
    /** `kid` of each published key; null for a key without one. */
    readonly published: readonly (string | null)[];
  };
  readonly claims?: {
    readonly iss?: string | undefined;
    readonly aud?: string | readonly string[] | undefined;
    /** Seconds since the Unix epoch. */
    readonly exp?: number | undefined;
    readonly scope?: unknown;
    readonly client_id?: string | undefined;
  };
}

/** The trace of a grant with a document. Of several responses it has the last. */
export function traceOf(
  findings: readonly GrantFinding[],
  document: CredentialDocument,
): GrantTrace {
  const last = lastOf(findings);
  const { metadata, request, response, keys, claims } = last;
  const trace: GrantTrace = {
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
  return cleanFinding(trace, secretsOf(document.authentication));
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
