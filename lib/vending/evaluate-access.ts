import type { AccessDecision, AccessPolicy } from '../access/policy.ts';
import { formatCredentialId } from '../credential/id.ts';
import { errorTable } from '../errors/error-table.ts';
import type { EvaluationResponse } from '../http/wire.ts';
import type { Clock } from '../time/clock.ts';
import type { Authorizer } from './authorizer.ts';
import { type EvaluationRequest, parseEvaluationRequest } from './evaluation-request.ts';
import type { Ending } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';

export interface EvaluateAccessParts {
  readonly clock: Clock;
  readonly policy: AccessPolicy;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

/**
 * `POST /access/v1/evaluation` (OpenID AuthZEN Authorization API 1.0): whether policy permits an
 * access, and if not, why. Nothing is read and nothing is issued. Every caller may evaluate itself.
 * To evaluate another principal, policy must permit `explainAccess` on that credential.
 *
 * @throws VendError `request_malformed`, `policy_denied`, `audit_unavailable`
 */
export async function evaluateAccess(
  { clock, policy, authorizer, recorder }: EvaluateAccessParts,
  context: RequestContext,
): Promise<Ending> {
  const evaluation = parseEvaluationRequest(context.http, context.caller);
  const { subject = context.caller, action, requested, status, at, sourceIp } = evaluation;
  if (isAboutOthers(evaluation, context))
    await authorizer.authorize(context, 'explainAccess', requested);
  const { credential, ...targets } = requested;
  const supposed = {
    ...targets,
    status,
    sourceIp: sourceIp ?? context.http.sourceIp,
    now: at ?? clock.now(),
  };
  const decision = await context.times.time('policy', () =>
    policy.decide({ caller: subject, action, credential, context: supposed }),
  );
  const access = {
    action,
    ...targets,
    status,
    credential: formatCredentialId(credential),
    decision,
  };
  await recorder.record(context, { kind: 'evaluated', access, subject: subject.principalArn });
  return { kind: 'served', response: describe(decision) };
}

function isAboutOthers({ subject }: EvaluationRequest, { caller }: RequestContext): boolean {
  return subject !== undefined && subject.principalArn !== caller.principalArn;
}

function describe(decision: AccessDecision): EvaluationResponse {
  const { allowed, policies, unmet, advice, errors, policyVersion } = decision;
  const remedy = advice.join(' ') || errorTable.policy_denied.advice;
  return {
    decision: allowed,
    context: {
      policies,
      unmet,
      advice: allowed ? '' : remedy,
      errors,
      policy_version: policyVersion,
    },
  };
}
