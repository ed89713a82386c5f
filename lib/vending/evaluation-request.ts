import * as v from 'valibot';
import { type Caller, imagineCaller } from '../access/caller.ts';
import { ACCESS_ACTIONS, type AccessAction } from '../access/policy.ts';
import type { CredentialStatus } from '../credential/document.ts';
import { SCOPE_RULE, splitScope } from '../credential/scope.ts';
import { checkBody, malformed } from '../http/form.ts';
import type { HttpRequest } from '../http/messages.ts';
import { isScopeToken } from '../http/token-syntax.ts';
import { findInstant, INSTANT_RULE } from '../time/instant.ts';
import { LONGEST_MIN_TTL } from '../time/time-budget.ts';
import { isAudience, requireCredential, type TokenRequest } from './token-request.ts';

/** An access evaluation request. */
export interface EvaluationRequest {
  /** `undefined`: the caller itself. */
  readonly subject: Caller | undefined;
  readonly action: AccessAction;
  readonly requested: TokenRequest;
  /** The status that a change gives the credential. */
  readonly status: CredentialStatus | undefined;
  /** Set if the evaluation is for another address than that of the request. */
  readonly sourceIp: string | undefined;
  /** Milliseconds since the Unix epoch, if the evaluation is for another time than now. */
  readonly at: number | undefined;
}

const TEXT_RULE = 'must be text';
const MAX_MIN_TTL = LONGEST_MIN_TTL / 1_000;
const TTL_RULE = `must be a whole number of seconds from 0 to ${MAX_MIN_TTL}`;
const OBJECT_RULE = 'must be a JSON object';
const IP_RULE = 'must be an IP address';
const ACTION_RULE = `must be one of ${ACCESS_ACTIONS.join(', ')}`;
const targets = v.optional(
  v.pipe(
    v.array(
      v.pipe(v.string(TEXT_RULE), v.check(isAudience, 'must be printable text without spaces')),
      'must be a list',
    ),
    v.maxLength(10, 'must have at most 10 values'),
  ),
  [],
);

const schema = v.strictObject(
  {
    subject: v.optional(
      v.strictObject(
        {
          type: v.picklist(['Role', 'User'], 'must be Role or User'),
          id: v.string(TEXT_RULE),
          properties: v.optional(
            v.strictObject({ organization: v.optional(v.string(TEXT_RULE)) }, OBJECT_RULE),
            {},
          ),
        },
        OBJECT_RULE,
      ),
    ),
    action: v.strictObject({ name: v.picklist(ACCESS_ACTIONS, ACTION_RULE) }, OBJECT_RULE),
    resource: v.strictObject(
      {
        type: v.literal('Credential', 'must be Credential'),
        id: v.string(TEXT_RULE),
      },
      OBJECT_RULE,
    ),
    context: v.optional(
      v.strictObject(
        {
          scope: v.optional(v.string(TEXT_RULE), ''),
          audience: targets,
          resource: targets,
          min_ttl: v.optional(
            v.pipe(
              v.number(TTL_RULE),
              v.integer(TTL_RULE),
              v.minValue(0, TTL_RULE),
              v.maxValue(MAX_MIN_TTL, TTL_RULE),
            ),
            0,
          ),
          status: v.optional(v.picklist(['enabled', 'disabled'], 'must be enabled or disabled')),
          source_ip: v.optional(v.pipe(v.string(IP_RULE), v.ip(IP_RULE))),
          time: v.optional(
            v.pipe(
              v.string(INSTANT_RULE),
              v.check((text) => findInstant(text) !== undefined, INSTANT_RULE),
            ),
          ),
        },
        OBJECT_RULE,
      ),
      {},
    ),
  },
  OBJECT_RULE,
);

type Body = v.InferOutput<typeof schema>;

/**
 * Reads an access evaluation request (OpenID AuthZEN Authorization API 1.0 section 5.1): If
 * `subject` is absent, it is the caller.
 *
 * @param caller the caller; another principal of its account is assumed to be in its organization
 * @throws VendError `request_malformed` naming the member and the rule
 */
export function parseEvaluationRequest(request: HttpRequest, caller: Caller): EvaluationRequest {
  if (request.query !== '') throw malformed('Parameters must be in the body, not in the query');
  checkBody(request, 'application/json');
  const { subject, action, resource, context } = validate(request.body);
  const scope = splitScope(context.scope);
  if (!scope.every(isScopeToken)) throw malformed(`context.scope ${SCOPE_RULE}`);
  return {
    subject: subject && parseSubject(subject, caller),
    action: action.name,
    requested: {
      credential: requireCredential(resource.id, 'resource.id'),
      scope,
      audience: [...new Set(context.audience)].sort(),
      resource: [...new Set(context.resource)].sort(),
      minTtl: context.min_ttl,
    },
    status: context.status,
    sourceIp: context.source_ip,
    at: context.time === undefined ? undefined : findInstant(context.time),
  };
}

function validate(body: string): Body {
  const result = v.safeParse(schema, parseJson(body), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const member = v.getDotPath(issue) ?? 'The body';
  if (issue.expected === 'never') throw malformed(`Unknown member in ${knownParent(issue)}`);
  throw malformed(`${member} ${issue.received === 'undefined' ? 'is missing' : issue.message}`);
}

// The caller chose the name of an unknown member, so it is not repeated.
function knownParent(issue: v.BaseIssue<unknown>): string {
  const path = issue.path as [v.IssuePathItem, ...v.IssuePathItem[]];
  const parents = path.slice(0, -1).map(({ key }) => String(key));
  return parents.join('.') || 'the body';
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw malformed('The body must be a JSON object');
  }
}

function parseSubject(
  { type, id, properties }: NonNullable<Body['subject']>,
  caller: Caller,
): Caller {
  const imagined = imagineCaller(id, properties.organization);
  if (imagined === undefined)
    throw malformed('subject.id must be the ARN of a role, user or session');
  if (type !== (imagined.kind === 'role' ? 'Role' : 'User'))
    throw malformed('subject.type must match the ARN in subject.id');
  const ofOurs = properties.organization === undefined && imagined.accountId === caller.accountId;
  return ofOurs ? { ...imagined, organizationId: caller.organizationId } : imagined;
}
