import type { AccessAction, AccessPolicy } from '../access/policy.ts';
import type { AuditedAccess } from '../audit/event.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Clock } from '../time/clock.ts';
import type { RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';

/** Who asks: the part of a request that policy sees, and the stopwatch of its stages. */
export type Requester = Pick<RequestContext, 'caller' | 'times'> & {
  readonly http: Pick<RequestContext['http'], 'sourceIp'>;
};

/** Policy did not allow it; says what was asked and decided, for the audit record. */
export class AccessDenied extends VendError {
  readonly access: AuditedAccess;

  constructor(access: AuditedAccess) {
    const { advice } = access.decision;
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
   * @returns what was asked and decided
   * @throws AccessDenied with the advice of the policies that forbade
   */
  async authorize(
    requester: Requester,
    action: AccessAction,
    requested: TokenRequest,
  ): Promise<AuditedAccess> {
    const { credential, scope, audience, resource, minTtl } = requested;
    const decision = await requester.times.time('policy', () =>
      this.#decide(requester, action, requested),
    );
    const name = formatCredentialId(credential);
    return allowed({ action, credential: name, scope, audience, resource, minTtl, decision });
  }

  /**
   * Decides once more if the document's defaults, or the server, filled in what the caller left open: a policy that lists
   * scopes holds for those too. Costs nothing if the caller named everything.
   *
   * @param effective what is about to be requested of the server, or what it granted
   * @throws AccessDenied
   */
  async authorizeEffective(
    requester: Requester,
    access: AuditedAccess,
    effective: TokenRequest,
  ): Promise<AuditedAccess> {
    if (isSame(access, effective)) return access;
    const decision = await requester.times.time('policy', () =>
      this.#decide(requester, access.action, effective),
    );
    return allowed({ ...access, decision });
  }

  /** Whether the caller may know that this credential exists: only then is it told why it cannot be had. */
  mayDescribe(requester: Requester, credential: CredentialId): boolean {
    const plain = { credential, scope: [], audience: [], resource: [], minTtl: 0 };
    return this.#decide(requester, 'describeCredential', plain).allowed;
  }

  #decide(
    { caller, http: { sourceIp } }: Requester,
    action: AccessAction,
    { credential, ...requested }: TokenRequest,
  ) {
    const { scope, audience, resource, minTtl } = requested;
    const context = { scope, audience, resource, minTtl, sourceIp, now: this.#clock.now() };
    return this.#policy.decide({ caller, action, credential, context });
  }
}

function allowed(access: AuditedAccess): AuditedAccess {
  if (!access.decision.allowed) throw new AccessDenied(access);
  return access;
}

function isSame(access: AuditedAccess, { scope, audience, resource }: TokenRequest): boolean {
  return (
    sameValues(access.scope, scope) &&
    sameValues(access.audience, audience) &&
    sameValues(access.resource, resource)
  );
}

function sameValues(first: readonly string[], second: readonly string[]): boolean {
  return first.length === second.length && first.every((value, at) => value === second[at]);
}
