import * as v from 'valibot';
import { type ParsedNode, parseDocument } from 'yaml';
import { imagineCaller } from '../../lib/access/caller.ts';
import {
  ACCESS_ACTIONS,
  type AccessDecision,
  type AccessPolicy,
  type AccessRequest,
} from '../../lib/access/policy.ts';
import { findCredentialId } from '../../lib/credential/id.ts';
import { splitScope } from '../../lib/credential/scope.ts';
import { findInstant, INSTANT_RULE } from '../../lib/time/instant.ts';
import { CommandError } from '../command-error.ts';

const IP_RULE = 'must be an IP address';
const time = v.pipe(
  v.string(INSTANT_RULE),
  v.check((text) => findInstant(text) !== undefined, INSTANT_RULE),
);
const surroundings = {
  /** null: none. */
  organization: v.optional(v.nullable(v.string())),
  at: v.optional(time),
  source_ip: v.optional(v.nullable(v.pipe(v.string(IP_RULE), v.ip(IP_RULE)))),
  action: v.optional(v.picklist(ACCESS_ACTIONS, 'must be an action of the schema')),
  status: v.optional(v.picklist(['enabled', 'disabled'], 'must be enabled or disabled')),
};
const row = v.strictObject({
  name: v.optional(v.string()),
  principal: v.string('must be the ARN of a role, a user or a session'),
  credential: v.string('must be team/name'),
  scope: v.optional(v.string('must be scopes separated by spaces'), ''),
  audience: v.optional(v.array(v.string()), []),
  resource: v.optional(v.array(v.string()), []),
  min_ttl: v.optional(v.number('must be a number of seconds'), 0),
  expect: v.picklist(['allow', 'deny'], 'must be allow or deny'),
  by: v.optional(v.array(v.string(), 'must be a list of policy @ids')),
  ...surroundings,
});
const schema = v.strictObject({
  defaults: v.optional(v.strictObject(surroundings), {}),
  cases: v.pipe(v.array(row), v.minLength(1, 'must hold at least one case')),
});

type Row = v.InferOutput<typeof row>;
type Defaults = v.InferOutput<typeof schema>['defaults'];

/** A row with its decision. */
export interface CaseResult {
  readonly place: string;
  readonly name: string;
  readonly expected: string;
  readonly decided: string;
  readonly passed: boolean;
  readonly advice: readonly string[];
}

// A Monday at noon, so that a table has the same result every day.
const SOME_MONDAY = '2024-01-01T12:00:00Z';

/**
 * Runs a decision table (YAML) on policies.
 *
 * @param file its name for messages
 * @throws CommandError (exit 9) naming file, line, member and rule if the table is not valid
 */
export function runDecisionTable(policy: AccessPolicy, file: string, text: string): CaseResult[] {
  const document = parseDocument(text);
  const lineOf = (node: ParsedNode | unknown) => {
    const offset = (node as ParsedNode | undefined)?.range?.[0] ?? 0;
    return text.slice(0, offset).split('\n').length;
  };
  const [error] = document.errors;
  if (error !== undefined)
    throw new CommandError(
      9,
      `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`,
    );
  const result = v.safeParse(schema, document.toJS(), { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const keys = (issue.path ?? []).map(({ key }) => key as string);
    throw new CommandError(9, `${file}:${lineOf(nearest(document, keys))}: ${describe(issue)}`);
  }
  const { defaults, cases } = result.output;
  return cases.map((one, index) => {
    const place = `${file}:${lineOf(document.getIn(['cases', index], true))}`;
    return judge(place, one, policy.decide(toRequest(place, one, defaults)));
  });
}

function nearest(document: ReturnType<typeof parseDocument>, keys: readonly string[]): unknown {
  for (let length = keys.length; length > 0; length -= 1) {
    const node = document.getIn(keys.slice(0, length), true);
    if (node !== undefined) return node;
  }
  return undefined;
}

function describe(issue: v.BaseIssue<unknown>): string {
  const member = v.getDotPath(issue) ?? 'the table';
  if (issue.expected === 'never') return `${member} is not a member of a decision table`;
  return issue.received === 'undefined' ? `${member} is missing` : `${member} ${issue.message}`;
}

function toRequest(place: string, one: Row, defaults: Defaults): AccessRequest {
  const {
    organization,
    at = SOME_MONDAY,
    source_ip,
    action = 'vendToken',
    status,
  } = { ...defaults, ...one };
  const caller = imagineCaller(one.principal, organization ?? undefined);
  if (caller === undefined)
    throw new CommandError(9, `${place}: principal must be the ARN of a role, a user or a session`);
  const credential = findCredentialId(one.credential);
  if (credential === undefined) throw new CommandError(9, `${place}: credential must be team/name`);
  const { audience, resource, min_ttl: minTtl } = one;
  const context = {
    audience,
    resource,
    minTtl,
    scope: splitScope(one.scope),
    sourceIp: source_ip ?? undefined,
    now: Date.parse(at),
    status,
  };
  return { caller, action, credential, context };
}

function judge(place: string, one: Row, decision: AccessDecision): CaseResult {
  const decided = decision.allowed ? 'allow' : 'deny';
  const by = one.by === undefined ? undefined : sorted(one.by);
  const decidedBy = sorted(decision.policies);
  return {
    place,
    name:
      one.name ??
      `${one.principal} ${one.action ?? 'vendToken'} ${one.credential} ${one.scope}`.trim(),
    expected: withPolicies(one.expect, by),
    decided: withPolicies(decided, decidedBy),
    passed:
      one.expect === decided &&
      (by === undefined || by === decidedBy) &&
      decision.errors.length === 0,
    advice: decision.advice,
  };
}

function sorted(ids: readonly string[]): string {
  return ids.toSorted().join(', ');
}

function withPolicies(decision: string, by: string | undefined): string {
  if (by === undefined) return decision;
  return by === '' ? `${decision} by default` : `${decision} by ${by}`;
}
