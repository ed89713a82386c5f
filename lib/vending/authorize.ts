import type { AccessAction, AccessRequest } from '../access/policy.ts';
import type { AuditedAccess } from '../audit/event.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';
import type { Vending } from './vending.ts';

/**
 * Decides by policy, on every request, before any secret or cache is touched.
 *
 * @returns what was asked and decided, for the audit record
 * @throws VendError `policy_denied`, with the advice of the policies that forbade
 */
export async function authorize(
  vending: Vending,
  context: RequestContext,
  action: AccessAction,
  asked: TokenRequest,
): Promise<AuditedAccess> {
  const { credential, scope, audience, resource, minTtl } = asked;
  const decision = await context.stages.time('policy', () =>
    vending.policy.decide(accessRequest(vending, context, action, asked)),
  );
  const access = {
    action,
    credential: formatCredentialId(credential),
    scope,
    audience,
    resource,
    minTtl,
    decision,
  };
  return allow(context, access);
}

/**
 * Decides once more where the document's defaults, or the server, filled in what the caller left open: a policy that
 * lists scopes holds for those too. Costs nothing where the caller named everything.
 *
 * @param effective what is about to be asked of the server, or what it granted
 * @throws VendError `policy_denied`
 */
export async function authorizeEffective(
  vending: Vending,
  context: RequestContext,
  access: AuditedAccess,
  effective: TokenRequest,
): Promise<AuditedAccess> {
  if (isSame(access, effective)) return access;
  const decision = await context.stages.time('policy', () =>
    vending.policy.decide(accessRequest(vending, context, access.action, effective)),
  );
  return allow(context, { ...access, decision });
}

function allow(context: RequestContext, access: AuditedAccess): AuditedAccess {
  const { allowed, advice } = access.decision;
  context.access = access;
  if (allowed) return access;
  throw new VendError('policy_denied', advice.length > 0 ? { advice: advice.join(' ') } : {});
}

function isSame(access: AuditedAccess, { scope, audience, resource }: TokenRequest): boolean {
  return (
    sameValues(access.scope, scope) &&
    sameValues(access.audience, audience) &&
    sameValues(access.resource, resource)
  );
}

function sameValues(one: readonly string[], other: readonly string[]): boolean {
  return (
    one === other || (one.length === other.length && one.every((value, at) => value === other[at]))
  );
}

/** Whether the caller may know that this credential exists: only then is it told why it cannot be had. */
export function mayDescribe(
  vending: Vending,
  context: RequestContext,
  credential: CredentialId,
): boolean {
  const plain = { credential, scope: [], audience: [], resource: [], minTtl: 0 };
  return vending.policy.decide(accessRequest(vending, context, 'describeCredential', plain))
    .allowed;
}

function accessRequest(
  { clock }: Vending,
  { caller, http: { sourceIp } }: RequestContext,
  action: AccessAction,
  { credential, scope, audience, resource, minTtl }: TokenRequest,
): AccessRequest {
  const now = clock.now();
  const context = { scope, audience, resource, minTtl, sourceIp, now };
  return { caller, action, credential, context };
}
