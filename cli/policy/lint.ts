import type { CedarPolicy } from '../../lib/access/cedar/policy-files.ts';
import type { PolicyFinding } from '../../lib/access/cedar/policy-finding.ts';
import { nodesOf, type PolicyNode } from '../../lib/access/cedar/policy-nodes.ts';
import { formatCredentialId, parseCredentialId } from '../../lib/credential/id.ts';

/** A finding: valid Cedar that probably does not mean what its author intends. */
export interface LintFinding extends PolicyFinding {
  readonly rule: LintRule;
}

/** Each rule with its reason. */
export const lintRules = {
  'permit-for-everybody':
    'permits every identity that can reach the endpoint: name a principal, or an account to be in',
  'permit-for-every-credential':
    'permits tokens of every present and future credential: name a team or a credential',
  'like-crosses-separators':
    'like "*" also matches ":" and "/": compare principal.name, or write the pattern so that only the end is open',
  'session-name-is-no-proof': 'the user of the role chooses the session name: it proves nothing',
  'no-advice': 'a caller that this forbid refuses reads no advice: add @advice("...")',
  'never-matches': 'names a principal, credential or team that is in no request',
  'credential-out-of-reach': 'no permit covers this credential',
  'credential-not-there': 'names a credential or team that does not exist',
} as const;

export type LintRule = keyof typeof lintRules;

/**
 * Finds valid policies that probably do not mean what their author intends.
 *
 * @param credentials `team/name` of every credential there is; empty if that is not known
 */
export function lintPolicies(
  policies: readonly CedarPolicy[],
  credentials: readonly string[],
): LintFinding[] {
  return [
    ...policies.flatMap((policy) =>
      rulesBrokenBy(policy, credentials).map((rule) => finding(policy, rule)),
    ),
    ...credentials.filter((name) => !isInReach(policies, name)).map(outOfReach),
  ];
}

function finding({ file, line, id }: CedarPolicy, rule: LintRule): LintFinding {
  return { file, line, column: 1, rule, message: `@id("${id}") ${lintRules[rule]} (${rule})` };
}

function outOfReach(credential: string): LintFinding {
  const rule = 'credential-out-of-reach';
  return { file: credential, line: 0, column: 0, rule, message: `${lintRules[rule]} (${rule})` };
}

function rulesBrokenBy(policy: CedarPolicy, credentials: readonly string[]): LintRule[] {
  const { json, effect, advice } = policy;
  const nodes = [...nodesOf(json.conditions)];
  const broken: Partial<Record<LintRule, boolean>> = {
    'permit-for-everybody':
      effect === 'permit' &&
      isOpen(json.principal) &&
      !nodes.some((node) => isVariable(node, 'principal')),
    'permit-for-every-credential':
      effect === 'permit' && vends(policy) && isOpen(json.resource) && json.conditions.length === 0,
    'like-crosses-separators': nodes.some(crossesSeparators),
    'session-name-is-no-proof': nodes.some((node) => readsAttribute(node, 'sessionName')),
    'no-advice': effect === 'forbid' && advice === undefined,
    'credential-not-there': credentials.length > 0 && !isKnown(policy, credentials),
  };
  return (Object.keys(broken) as LintRule[]).filter((rule) => broken[rule]);
}

function isOpen(constraint: CedarPolicy['json']['principal' | 'resource']): boolean {
  return constraint.op === 'All' || (constraint.op === 'is' && constraint.in === undefined);
}

function vends({ json: { action } }: CedarPolicy): boolean {
  const named = JSON.stringify(action);
  return action.op === 'All' || named.includes('"vendToken"');
}

function isVariable(node: PolicyNode, name: string): boolean {
  return node['Var'] === name;
}

function readsAttribute(node: PolicyNode, name: string): boolean {
  return (['.', 'has'] as const).some((operator) => {
    const access = node[operator] as { attr?: unknown } | undefined;
    return access?.attr === name || (Array.isArray(access?.attr) && access.attr.includes(name));
  });
}

// An ARN pattern may end in a wildcard if everything before it fixes the account and the kind of
// principal.
const WHOLE_PREFIX =
  /^arn:[^:]+:(iam|sts):[^:]*:\d{12}:[^/]+\/$|^arn:[^:]+:(iam|sts):[^:]*:\d{12}:[^/]+\/[^/:]+$/;

function crossesSeparators(node: PolicyNode): boolean {
  const like = node['like'] as { left: PolicyNode; pattern: readonly unknown[] } | undefined;
  if (like === undefined) return false;
  // Neither IAM names nor names of credentials can contain a separator.
  if (readsAttribute(like.left, 'name')) return false;
  const wildcard = like.pattern.indexOf('Wildcard');
  if (wildcard < 0) return false;
  const prefix = literal(like.pattern.slice(0, wildcard));
  const rest = literal(like.pattern.slice(wildcard));
  return !WHOLE_PREFIX.test(prefix) || /[:/]/.test(rest);
}

function literal(pattern: readonly unknown[]): string {
  return pattern
    .map((element) => (element === 'Wildcard' ? '' : (element as { Literal: string }).Literal))
    .join('');
}

interface Target {
  readonly type: string;
  readonly id: string;
}

function targetOf({ json: { resource } }: CedarPolicy): Target | undefined {
  const entity =
    'entity' in resource ? resource.entity : 'in' in resource ? resource.in : undefined;
  const uid = entity === undefined ? undefined : 'entity' in entity ? entity.entity : entity;
  return (
    uid !== undefined && '__entity' in (uid as PolicyNode) ? (uid as PolicyNode)['__entity'] : uid
  ) as Target | undefined;
}

function covers(policy: CedarPolicy, name: string): boolean {
  const target = targetOf(policy);
  if (target === undefined) return true;
  const credential = parseCredentialId(name, '--credential');
  return target.type === 'Team'
    ? target.id === credential.team
    : target.id === formatCredentialId(credential);
}

function isInReach(policies: readonly CedarPolicy[], name: string): boolean {
  return policies.some(
    (policy) => policy.effect === 'permit' && vends(policy) && covers(policy, name),
  );
}

function isKnown(policy: CedarPolicy, credentials: readonly string[]): boolean {
  return credentials.some((name) => covers(policy, name));
}
