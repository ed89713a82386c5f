import type { AccessAction } from './access-policy.ts';
import type { AuditedAccess } from './audit-log.ts';
import { formatCredentialId } from './credential-id.ts';
import type { RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';
import { VendError } from './vend-error.ts';
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
    vending.policy.decide({
      caller: context.caller,
      action,
      credential,
      context: {
        scope,
        audience,
        resource,
        minTtl,
        sourceIp: context.http.sourceIp,
        now: vending.clock.now(),
      },
    }),
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
  context.access = access;
  if (decision.allowed) return access;
  throw new VendError(
    'policy_denied',
    decision.advice.length > 0 ? { advice: decision.advice.join(' ') } : {},
  );
}

/** Whether the caller may know that this credential exists: only then is it told why it cannot be had. */
export function mayDescribe(
  vending: Vending,
  context: RequestContext,
  asked: TokenRequest,
): boolean {
  return vending.policy.decide({
    caller: context.caller,
    action: 'describeCredential',
    credential: asked.credential,
    context: {
      scope: [],
      audience: [],
      resource: [],
      minTtl: 0,
      sourceIp: context.http.sourceIp,
      now: vending.clock.now(),
    },
  }).allowed;
}
