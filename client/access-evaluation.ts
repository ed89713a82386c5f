import type { AccessAction } from '../lib/access/policy.ts';

/** An access evaluation: whether the caller, or another principal, may do something. */
export interface AccessEvaluation {
  /** `team/name`. */
  readonly credential: string;
  /** An action of the schema; default `vendToken`. */
  readonly action?: AccessAction | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly audience?: readonly string[] | undefined;
  readonly resource?: readonly string[] | undefined;
  /** Seconds. */
  readonly minTtl?: number | undefined;
  /** Address and time to evaluate for; default: those of this request. */
  readonly sourceIp?: string | undefined;
  readonly time?: Date | undefined;
  /** ARN of another role, user or session; default: the caller. */
  readonly principal?: string | undefined;
  readonly organization?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The body of the request (OpenID AuthZEN Authorization API 1.0 section 5.1). Members that are not
 * set are left out.
 */
export function toEvaluationRequest(evaluation: AccessEvaluation): object {
  const { credential, action = 'vendToken', principal, organization, time } = evaluation;
  return {
    subject: principal && {
      type: /:role\/|:assumed-role\//.test(principal) ? 'Role' : 'User',
      id: principal,
      properties: { organization },
    },
    action: { name: action },
    resource: { type: 'Credential', id: credential },
    context: {
      scope: evaluation.scope?.join(' '),
      audience: evaluation.audience,
      resource: evaluation.resource,
      min_ttl: evaluation.minTtl,
      source_ip: evaluation.sourceIp,
      time: time?.toISOString(),
    },
  };
}
