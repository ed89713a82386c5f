import type {
  AuditEvent,
  AuditedAccess,
  AuditedMint,
  AuditedRequest,
  AuditedToken,
} from './audit-log.ts';
import type { AuditRecord } from './audit-record-schema.ts';
import { type ErrorCode, errorTable } from './vend-error.ts';

/** A record before it is given its place in a chain. */
export type UnchainedRecord = Omit<AuditRecord, 'metadata' | 'unmapped'> & {
  readonly kind: AuditEvent['kind'];
  readonly correlationUid: string | undefined;
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
  return {
    kind: event.kind,
    correlationUid: request?.requestId,
    category_uid: 6,
    class_uid: 6003,
    activity_id: activity,
    type_uid: 600_300 + activity,
    time,
    severity_id: severityOf(event.kind),
    status_id: failure === undefined ? 1 : 2,
    status_code: failure ?? 'ok',
    cloud: { provider: 'AWS', region },
    actor: actorOf(event, request),
    api: apiOf(event, request, failure),
    src_endpoint:
      request === undefined ? { name: 'token-vending' } : present({ ip: request.sourceIp }),
    ...(request === undefined ? {} : { http_request: httpRequestOf(request) }),
    resources: resourcesOf(event),
    unmapped: present(ours(event)),
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
  const response =
    failure === undefined ? { code: 200 } : { code: errorTable[failure].status, error: failure };
  return {
    operation,
    service: { name: 'token-vending' },
    ...(request === undefined ? {} : { request: { uid: request.requestId }, response }),
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
  if (caller === undefined) return present({ authorizations });
  return present({
    user: present({
      uid: caller.principalArn,
      name: caller.name,
      type: caller.kind,
      account: { uid: caller.accountId },
      org: caller.organizationId && { uid: caller.organizationId },
      credential_uid: caller.accessKeyId,
    }),
    session: present({ uid: caller.sessionName, issuer: caller.arn }),
    authorizations,
  });
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
  return present({
    http_method: method,
    url: { path: path.toWellFormed() },
    user_agent: userAgent?.toWellFormed(),
    uid: requestId,
  });
}

function resourcesOf(event: AuditEvent): object[] {
  const access = accessOf(event);
  const mint = event.kind === 'mint' ? event.mint : undefined;
  return [
    ...(access === undefined ? [] : [clientOf(access, mint)]),
    ...('token' in event
      ? [tokenOf(event.token, 'source' in event ? event.source : undefined)]
      : []),
    ...('tokenSha256' in event ? [knownBy(event.tokenSha256)] : []),
  ];
}

function clientOf(access: AuditedAccess, mint: AuditedMint | undefined): object {
  const { scope, audience, resource } = mint?.grantedFor ?? access;
  return {
    type: 'oauth2.client',
    uid: access.credential,
    data: present({
      issuer: mint?.issuer,
      token_endpoint: mint?.tokenEndpoint,
      auth_method: mint?.authMethod,
      secret_version_id: mint?.secretVersion,
      scope_requested: scope,
      audience_requested: audience,
      resource_requested: resource,
      min_ttl: access.minTtl,
    }),
  };
}

function tokenOf(token: AuditedToken, source: 'minted' | 'cached' | undefined): object {
  const { sha256, jti, scope, audience, issuedAt, expiresAt } = token;
  return {
    type: 'oauth2.access_token',
    uid: jti ?? sha256,
    data: present({
      sha256,
      scope_granted: scope,
      audience,
      iat: Math.floor(issuedAt / 1000),
      exp: Math.floor(expiresAt / 1000),
      cache: source && (source === 'cached' ? 'hit' : 'miss'),
    }),
  };
}

function knownBy(sha256: string): object {
  return { type: 'oauth2.access_token', uid: sha256, data: { sha256 } };
}

/** What OCSF has no place for. */
function ours(event: AuditEvent): Record<string, unknown> {
  const unmet = accessOf(event)?.decision.unmet;
  const policies_unmet = unmet && unmet.length > 0 ? unmet : undefined;
  switch (event.kind) {
    case 'process-start':
      return {
        function_version: event.functionVersion,
        policy_version: event.policyVersion,
        configuration_digest: event.configurationDigest,
      };
    case 'mint-intent':
    case 'mint':
      return { mint_id: event.mint.mintId };
    case 'vend':
      return {
        mint_id: event.mintId,
        vend_id: event.vendId,
        source: event.source,
        remaining_lifetime: event.remainingLifetime,
        stages: event.stages,
      };
    case 'upstream-failure':
      return { mint_id: event.mintId, policies_unmet };
    case 'evaluation':
      return { subject: event.subject, policies_unmet };
    case 'introspection':
      return { active: event.active };
    case 'revocation':
      return { evicted: event.evicted, upstream: event.upstream };
    default:
      return { policies_unmet };
  }
}

/** Without the members that are not there: JSON has no undefined. */
function present<T extends object>(members: T): T {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as T;
}
