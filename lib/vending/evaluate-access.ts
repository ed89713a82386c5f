import type { AccessDecision } from '../access/policy.ts';
import { formatCredentialId } from '../credential/id.ts';
import { errorTable } from '../errors/error-table.ts';
import type { EvaluationResponse } from '../http/wire.ts';
import { authorize } from './authorize.ts';
import { type EvaluationRequest, parseEvaluationRequest } from './evaluation-request.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import type { Vending } from './vending.ts';

/**
 * `POST /access/v1/evaluation` (OpenID AuthZEN Authorization API 1.0): would policy allow this, and if not, why? Nothing
 * is read and nothing issued. Everybody may ask about themselves; about others only whom a policy permits
 * `explainAccess` on that credential.
 *
 * @throws VendError `request_malformed`, `policy_denied`, `audit_unavailable`
 */
export async function evaluateAccess(
  vending: Vending,
  context: RequestContext,
): Promise<EvaluationResponse> {
  const question = parseEvaluationRequest(context.http, context.caller);
  await authorizeQuestion(vending, context, question);
  const { subject = context.caller, action, asked, at, sourceIp } = question;
  const { credential, ...targets } = asked;
  const decision = await context.stages.time('policy', () =>
    vending.policy.decide({
      caller: subject,
      action,
      credential,
      context: {
        ...targets,
        sourceIp: sourceIp ?? context.http.sourceIp,
        now: at ?? vending.clock.now(),
      },
    }),
  );
  const access = { action, ...targets, credential: formatCredentialId(credential), decision };
  await context.stages.time('audit', () =>
    vending.audit.append({
      kind: 'evaluation',
      request: auditedRequest(context.http, context.caller),
      access,
      subject: subject.principalArn,
    }),
  );
  return describe(decision);
}

async function authorizeQuestion(
  vending: Vending,
  context: RequestContext,
  { subject, asked }: EvaluationRequest,
): Promise<void> {
  if (subject === undefined || subject.principalArn === context.caller.principalArn) return;
  await authorize(vending, context, 'explainAccess', asked);
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
