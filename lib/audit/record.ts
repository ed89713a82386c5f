import { type ErrorCode, errorTable } from '../errors/error-table.ts';
import type {
  AuditEvent,
  AuditedAccess,
  AuditedMint,
  AuditedRequest,
  AuditedToken,
} from './event.ts';
import type { AuditRecord } from './record-schema.ts';

/** A record before it is given its place in a chain: without what only the chain knows. */
export type UnchainedRecord = Omit<AuditRecord, 'metadata' | 'unmapped'> & {
  readonly metadata: Pick<AuditRecord['metadata'], 'event_code' | 'correlation_uid'>;
  readonly unmapped: Omit<AuditRecord['unmapped'], 'attestation'>;
};

type Activity = 1 | 2 | 4 | 99;
const CREATE = 1;
const READ = 2;
const DELETE = 4;
const OTHER = 99;

/** The event in terms of OCSF API Activity (class 6003); facts only, no token and no secret. */
export function toRecord(event: AuditEvent, time: number, region: string): UnchainedRecord {
  const failure = 'code' in event ? event.code : undefined;
  const activity = activityOf(event);
  const request = 'request' in event ? event.request : undefined;
  // Members stand in the order of canonical JSON, here and below, so that sealing need not move them; what is undefined is left out.
  return {
    activity_id: activity,
    actor: actorOf(event, request),
    api: apiOf(event, request, failure),
    category_uid: 6,
    class_uid: 6003,
    cloud: { provider: 'AWS', region },
    http_request: request && httpRequestOf(request),
    metadata: { correlation_uid: request?.requestId, event_code: event.kind },
    resources: resourcesOf(event),
    severity_id: severityOf(event.kind),
    src_endpoint: request === undefined ? { name: 'token-vending' } : { ip: request.sourceIp },
    status_code: failure ?? 'ok',
    status_id: failure === undefined ? 1 : 2,
    time,
    type_uid: 600_300 + activity,
    unmapped: ours(event),
  } as unknown as UnchainedRecord;
}

function activityOf({ kind }: AuditEvent): Activity {
  switch (kind) {
    case 'process-start':
      return OTHER;
    case 'introspection':
    case 'evaluation':
      return READ;
    case 'revocation':
      return DELETE;
    default:
      return CREATE;
  }
}

function severityOf(kind: AuditEvent['kind']): 1 | 2 | 3 {
  if (kind === 'denial') return 2;
  return kind === 'upstream-failure' ? 3 : 1;
}

const OPERATIONS = {
  'process-start': 'StartProcess',
  'mint-intent': 'AnnounceMint',
  mint: 'MintToken',
  vend: 'VendToken',
  introspection: 'IntrospectToken',
  revocation: 'RevokeToken',
  evaluation: 'EvaluateAccess',
} as const;

function apiOf(
  event: AuditEvent,
  request: AuditedRequest | undefined,
  failure: ErrorCode | undefined,
) {
  const operation =
    event.kind in OPERATIONS
      ? OPERATIONS[event.kind as keyof typeof OPERATIONS]
      : capitalize(accessOf(event)?.action ?? 'unknown');
  const service = { name: 'token-vending' };
  if (request === undefined) return { operation, service };
  const code = failure === undefined ? 200 : errorTable[failure].status;
  return {
    operation,
    request: { uid: request.requestId },
    response: { code, error: failure },
    service,
  };
}

function accessOf(event: AuditEvent): AuditedAccess | undefined {
  return event.kind === 'process-start' ? undefined : event.access;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function actorOf(event: AuditEvent, request: AuditedRequest | undefined): object {
  const access = accessOf(event);
  if (request === undefined) return { app_name: 'token-vending' };
  const { caller } = request;
  const authorizations = access && authorizationsOf(access);
  if (caller === undefined) return { authorizations };
  const { organizationId } = caller;
  return {
    authorizations,
    session: { issuer: caller.arn, uid: caller.sessionName },
    user: {
      account: { uid: caller.accountId },
      credential_uid: caller.accessKeyId,
      name: caller.name,
      org: organizationId === undefined ? undefined : { uid: organizationId },
      type: caller.kind,
      uid: caller.principalArn,
    },
  };
}

function authorizationsOf({ decision }: AuditedAccess): object[] {
  const { allowed, policies, policyVersion } = decision;
  // A decision that no policy determined is the default: deny.
  const deciding = policies.length > 0 ? policies : ['default'];
  return deciding.map((uid) => ({
    decision: allowed ? 'allow' : 'deny',
    policy: { uid, version: policyVersion },
  }));
}

function httpRequestOf({ method, path, userAgent, requestId }: AuditedRequest): object {
  return {
    http_method: method,
    uid: requestId,
    url: { path: path.toWellFormed() },
    user_agent: userAgent?.toWellFormed(),
  };
}

function resourcesOf(event: AuditEvent): object[] {
  const access = accessOf(event);
  const mint = event.kind === 'mint' ? event.mint : undefined;
  const resources: object[] = [];
  if (access !== undefined) resources.push(clientOf(access, mint));
  if ('token' in event)
    resources.push(tokenOf(event.token, 'source' in event ? event.source : undefined));
  if ('tokenSha256' in event) resources.push(knownBy(event.tokenSha256));
  return resources;
}

function clientOf(access: AuditedAccess, mint: AuditedMint | undefined): object {
  const { scope, audience, resource } = mint?.grantedFor ?? access;
  const data = {
    audience_requested: audience,
    auth_method: mint?.authMethod,
    issuer: mint?.issuer,
    min_ttl: access.minTtl,
    resource_requested: resource,
    scope_requested: scope,
    secret_version_id: mint?.secretVersion,
    token_endpoint: mint?.tokenEndpoint,
  };
  return { data, type: 'oauth2.client', uid: access.credential };
}

function tokenOf(token: AuditedToken, source: 'minted' | 'cached' | undefined): object {
  const { sha256, jti, scope, audience, issuedAt, expiresAt } = token;
  const data = {
    audience,
    cache: source && (source === 'cached' ? 'hit' : 'miss'),
    exp: Math.floor(expiresAt / 1000),
    iat: Math.floor(issuedAt / 1000),
    scope_granted: scope,
    sha256,
  };
  return { data, type: 'oauth2.access_token', uid: jti ?? sha256 };
}

function knownBy(sha256: string): object {
  return { data: { sha256 }, type: 'oauth2.access_token', uid: sha256 };
}

/** What OCSF has no place for. */
function ours(event: AuditEvent): Record<string, unknown> {
  const unmet = accessOf(event)?.decision.unmet;
  const policies_unmet = unmet && unmet.length > 0 ? unmet : undefined;
  switch (event.kind) {
    case 'process-start':
      return {
        configuration_digest: event.configurationDigest,
        function_version: event.functionVersion,
        policy_version: event.policyVersion,
      };
    case 'mint-intent':
    case 'mint':
      return { mint_id: event.mint.mintId };
    case 'vend':
      return {
        mint_id: event.mintId,
        remaining_lifetime: event.remainingLifetime,
        source: event.source,
        stages: event.stages,
        vend_id: event.vendId,
      };
    case 'upstream-failure':
      return { mint_id: event.mintId, policies_unmet };
    case 'evaluation':
      return { policies_unmet, subject: event.subject };
    case 'introspection':
      return { active: event.active };
    case 'revocation':
      return { evicted: event.evicted, upstream: event.upstream };
    default:
      return { policies_unmet };
  }
}
