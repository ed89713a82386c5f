import type { Caller } from '../access/caller.ts';
import { type ErrorCode, errorTable } from '../errors/error-table.ts';
import type { AuditEvent, AuditedAccess, AuditedRequest } from './event.ts';
import { activityOf, operationOf } from './record-activity.ts';
import { resourcesOf } from './record-resources.ts';
import type { AuditRecord } from './record-schema.ts';
import { unmappedOfRegistration } from './registration.ts';

/** A record before it has a place in a chain: without the members that the chain adds. */
export type UnchainedRecord = Omit<AuditRecord, 'metadata' | 'unmapped'> & {
  readonly metadata: Pick<AuditRecord['metadata'], 'event_code' | 'correlation_uid'>;
  readonly unmapped: Omit<AuditRecord['unmapped'], 'attestation'>;
};

/**
 * The event in terms of OCSF API Activity (class 6003): facts, no token and no secret.
 *
 * @param time milliseconds since the Unix epoch
 * @param region of AWS
 */
export function toRecord(event: AuditEvent, time: number, region: string): UnchainedRecord {
  const errorCode = 'code' in event ? event.code : undefined;
  const request = 'request' in event ? event.request : undefined;
  return {
    category_uid: 6,
    class_uid: 6003,
    ...activityOf(event),
    time,
    severity_id: severityOf(event.kind),
    status_id: errorCode === undefined ? 1 : 2,
    status_code: errorCode ?? 'ok',
    metadata: { event_code: event.kind, correlation_uid: request?.requestId },
    cloud: { provider: 'AWS', region },
    actor: actorOf(event, request),
    api: apiOf(event, request, errorCode),
    src_endpoint: request === undefined ? { name: 'token-vending' } : { ip: request.sourceIp },
    http_request: request && httpRequestOf(request),
    resources: resourcesOf(event),
    unmapped: {
      ...unmappedOf(event),
      rejected_token_sha256: accessOf(event)?.rejectedTokenSha256,
    },
  };
}

function severityOf(kind: AuditEvent['kind']): AuditRecord['severity_id'] {
  if (kind === 'denial') return 2;
  return kind === 'upstream-failure' ? 3 : 1;
}

function apiOf(
  event: AuditEvent,
  request: AuditedRequest | undefined,
  errorCode: ErrorCode | undefined,
): AuditRecord['api'] {
  const operation = operationOf(event, accessOf(event)?.action);
  const service = { name: 'token-vending' } as const;
  if (request === undefined) return { operation, service };
  const code = errorCode === undefined ? 200 : errorTable[errorCode].status;
  return {
    operation,
    service,
    request: { uid: request.requestId },
    response: { code, error: errorCode },
  };
}

function accessOf(event: AuditEvent): AuditedAccess | undefined {
  return 'access' in event ? event.access : undefined;
}

function actorOf(event: AuditEvent, request: AuditedRequest | undefined): AuditRecord['actor'] {
  if (request === undefined) return { app_name: 'token-vending' };
  const access = accessOf(event);
  const authorizations = access && authorizationsOf(access);
  const { caller } = request;
  if (caller === undefined) return { authorizations };
  const { organizationId } = caller;
  return {
    user: {
      uid: caller.principalArn,
      uid_alt: uniqueIdOf(caller),
      name: caller.name,
      type: caller.kind,
      account: { uid: caller.accountId },
      org: organizationId === undefined ? undefined : { uid: organizationId },
      credential_uid: caller.accessKeyId,
    },
    session: { uid: caller.sessionName, issuer: caller.arn },
    authorizations,
  };
}

// `AROA...:session` of a role. The session is recorded elsewhere.
function uniqueIdOf({ kind, userId }: Caller): string {
  return kind === 'role' ? (userId.split(':')[0] as string) : userId;
}

function authorizationsOf({
  decision: { allowed, policies, policyVersion },
}: AuditedAccess): AuditRecord['actor']['authorizations'] {
  // A decision that no policy determined is the default: deny.
  const deciding = policies.length > 0 ? policies : ['default'];
  return deciding.map((uid) => ({
    decision: allowed ? 'allow' : 'deny',
    policy: { uid, version: policyVersion },
  }));
}

function httpRequestOf({
  method,
  path,
  userAgent,
  requestId,
}: AuditedRequest): AuditRecord['http_request'] {
  return {
    http_method: method,
    url: { path: path.toWellFormed() },
    user_agent: userAgent?.toWellFormed(),
    uid: requestId,
  };
}

/** The members that OCSF does not have. */
function unmappedOf(event: AuditEvent): UnchainedRecord['unmapped'] {
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
    case 'registration-intent':
    case 'registration':
      return unmappedOfRegistration(event.registration);
    case 'listing':
      return { listed: event.listed, policy_version: event.policyVersion };
    case 'revocation':
      return { evicted: event.evicted, upstream: event.upstream };
    case 'rotation-intent':
    case 'rotation':
      return { recipe: event.rotation.recipe, rotation_step: event.rotation.step };
    case 'revocation-intent':
    case 'denial':
    case 'refusal':
      return { policies_unmet };
  }
}
