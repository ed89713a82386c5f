import type { AccessAction, AccessPolicy } from '../access/policy.ts';
import type { AuditedAccess } from '../audit/event.ts';
import type { CredentialStatus } from '../credential/document.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { GrantRequest } from '../grant/authorization-server.ts';
import type { Clock } from '../time/clock.ts';
import type { RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';

/** The part of a request that policy uses, and the stopwatch of its stages. */
export type Requester = Pick<RequestContext, 'caller' | 'times'> & {
  readonly http: Pick<RequestContext['http'], 'sourceIp'>;
};

/** What is requested: of a token, or of a change of a credential. */
export interface Requested extends TokenRequest {
  /** The status that a change gives the credential. */
  readonly status?: CredentialStatus | undefined;
}

/**
 * Policy denied the request. It contains the requested access and the decision, for the audit
 * record.
 */
export class AccessDenied extends VendError {
  readonly access: AuditedAccess;

  /** @param remedy what to do besides what the policies advise */
  constructor(access: AuditedAccess, remedy?: string) {
    const advice = [...access.decision.advice, ...(remedy === undefined ? [] : [remedy])];
    super('policy_denied', advice.length > 0 ? { advice: advice.join(' ') } : {});
    this.access = access;
  }
}

/** Decides by policy, on every request, before any secret or cache is touched. */
export class Authorizer {
  readonly #policy: AccessPolicy;
  readonly #clock: Clock;

  constructor(policy: AccessPolicy, clock: Clock) {
    this.#policy = policy;
    this.#clock = clock;
  }

  /**
   * @param remedy what to do if it is denied, besides what the policies advise
   * @returns the requested access and the decision
   * @throws AccessDenied with the advice of the policies that forbade
   */
  async authorize(
    requester: Requester,
    action: AccessAction,
    requested: Requested,
    remedy?: string,
  ): Promise<AuditedAccess> {
    const { credential, ...asked } = requested;
    const decision = await requester.times.time('policy', () =>
      this.#decide(requester, action, requested),
    );
    const name = formatCredentialId(credential);
    return allowed({ action, credential: name, ...asked, decision }, remedy);
  }

  /**
   * Decides once more if defaults of the document or values of the server completed the request. A
   * policy that lists scopes applies to those too. No decision is needed if the caller named
   * everything.
   *
   * @param effective the request to the server, or the grant of the server
   * @param remedy what to do if it is denied, besides what the policies advise
   * @throws AccessDenied
   */
  async authorizeEffective(
    requester: Requester,
    access: AuditedAccess,
    effective: TokenRequest,
    remedy?: string,
  ): Promise<AuditedAccess> {
    if (isSame(access, effective)) return access;
    const decision = await requester.times.time('policy', () =>
      this.#decide(requester, access.action, effective),
    );
    return allowed({ ...access, decision }, remedy);
  }

  /**
   * Whether the caller may know that this credential exists: only then the response says why it
   * cannot be used.
   */
  mayDescribe(requester: Requester, credential: CredentialId): boolean {
    const plain = { credential, scope: [], audience: [], resource: [], minTtl: 0 };
    return this.#decide(requester, 'describeCredential', plain).allowed;
  }

  #decide(
    { caller, http: { sourceIp } }: Requester,
    action: AccessAction,
    { credential, ...requested }: Requested,
  ) {
    const { scope, audience, resource, minTtl, status } = requested;
    const context = { scope, audience, resource, minTtl, status, sourceIp, now: this.#clock.now() };
    return this.#policy.decide({ caller, action, credential, context });
  }
}

function allowed(access: AuditedAccess, remedy?: string): AuditedAccess {
  if (!access.decision.allowed) throw new AccessDenied(access, remedy);
  return access;
}

/** Whether two requests name the same scope, audience and resource. */
export function isSame(first: GrantRequest, second: GrantRequest): boolean {
  return (
    sameValues(first.scope, second.scope) &&
    sameValues(first.audience, second.audience) &&
    sameValues(first.resource, second.resource)
  );
}

function sameValues(first: readonly string[], second: readonly string[]): boolean {
  return first.length === second.length && first.every((value, at) => value === second[at]);
}
