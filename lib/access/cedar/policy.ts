import type { CheckParseAnswer } from '@cedar-policy/cedar-wasm/web';
import { VendError } from '../../errors/vend-error.ts';
import { BoundedMap } from '../../time/bounded-map.ts';
import type { AccessDecision, AccessPolicy, AccessRequest } from '../policy.ts';
import type { Cedar } from './engine.ts';
import { type CedarRequest, toCedarRequest } from './entities.ts';
import type { CedarPolicy, CedarPolicySet } from './policy-files.ts';
import { findQuestions } from './question.ts';

// Of some hundred bytes each; a question longer than any real one is asked anew.
const REMEMBERED = 1_000;
const LONGEST_QUESTION = 4_000;

/**
 * Decides by Cedar policies (https://docs.cedarpolicy.com/auth/authorization.html): deny by default, forbid beats permit,
 * and an error in any policy is a deny. Parsed once; a decision is pure and synchronous.
 *
 * What was asked before, down to everything that any policy in question reads, is answered from memory: the same policies can
 * only decide the same, and the engine takes 200 us to say it again. Errors are not remembered.
 *
 * @param set as {@link readPolicySet} validated it
 * @param remembered how many decisions are kept; with 0 the engine decides each time
 */
export function openCedarPolicy(
  cedar: Cedar,
  set: CedarPolicySet,
  remembered = REMEMBERED,
): AccessPolicy {
  const decideAnew = openEngine(cedar, set);
  const questionOf = findQuestions(set.policies);
  const memory = new BoundedMap<string, AccessDecision>(remembered);
  return {
    version: set.version,
    decide(request) {
      const asked = toCedarRequest(request);
      const question = questionOf(asked);
      const known = question === undefined ? undefined : memory.get(question);
      if (known !== undefined) return known;
      const decision = decideAnew(asked);
      const lasting = question !== undefined && question.length <= LONGEST_QUESTION;
      if (lasting && decision.errors.length === 0) memory.set(question, decision);
      return decision;
    },
  };
}

function openEngine(cedar: Cedar, set: CedarPolicySet): (asked: CedarRequest) => AccessDecision {
  const { version } = set;
  const byId = new Map(set.policies.map((policy) => [policy.id, policy]));
  const heads = `${version}/heads`;
  preparse(
    cedar,
    version,
    set.policies.map(({ id, text }) => [id, text]),
  );
  let headsParsed = false;
  // Only a caller that no policy speaks of needs them: parsed at the first, and not in every cold start.
  const unmetBy = (asked: CedarRequest): readonly string[] => {
    if (!headsParsed) preparse(cedar, heads, headsOfPermits(set.policies));
    headsParsed = true;
    return evaluate(cedar, heads, asked).reason;
  };
  return (asked) => {
    const { allowed, reason, errors } = evaluate(cedar, version, asked);
    const unmet = allowed || reason.length > 0 || errors.length > 0 ? [] : unmetBy(asked);
    const speaking = allowed ? [] : [...reason, ...unmet];
    return {
      allowed,
      policies: reason,
      unmet,
      advice: speaking.flatMap((id) => byId.get(id)?.advice ?? []),
      errors,
      policyVersion: version,
    };
  };
}

// Whole, with an address and a time: what is left out would be compiled by the first caller that has it.
const NOBODY: AccessRequest = {
  caller: {
    partition: 'aws',
    kind: 'role',
    name: 'nobody',
    sessionName: 'nobody',
    principalArn: 'arn:aws:iam::000000000000:role/nobody',
    accountId: '000000000000',
    arn: 'arn:aws:sts::000000000000:assumed-role/nobody/nobody',
    userId: '',
    accessKeyId: undefined,
    organizationId: 'o-nobody',
  },
  action: 'vendToken',
  credential: { team: 'nobody', name: 'nothing' },
  context: {
    scope: ['none'],
    audience: ['none'],
    resource: [],
    minTtl: 0,
    sourceIp: '192.0.2.1',
    now: 0,
  },
};

/**
 * Decides once about nobody: WebAssembly compiles what a decision needs at the first one. 16 ms, at full CPU where this runs
 * in the init phase; in the first invocation at a share of 512 MB they would be 55.
 */
export function rehearseDecision(cedar: Cedar, { version }: CedarPolicySet): void {
  evaluate(cedar, version, toCedarRequest(NOBODY));
}

interface Evaluation {
  readonly allowed: boolean;
  readonly reason: readonly string[];
  readonly errors: readonly string[];
}

function evaluate(cedar: Cedar, policySet: string, asked: CedarRequest): Evaluation {
  const answer = cedar.statefulIsAuthorized({ ...asked, preparsedPolicySetId: policySet });
  if (answer.type === 'failure') {
    return { allowed: false, reason: [], errors: answer.errors.map(({ message }) => message) };
  }
  const { decision, diagnostics } = answer.response;
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
  const reason = diagnostics.reason.toSorted();
  // Cedar leaves an erring policy out; a forbid that is left out would be an allow.
  return errors.length > 0
    ? { allowed: false, reason: [], errors }
    : { allowed: decision === 'allow', reason, errors };
}

/** Each permit without its conditions: what it would say of this caller, action and credential at best. */
function headsOfPermits(policies: readonly CedarPolicy[]): [string, CedarPolicy['json']][] {
  return policies
    .filter(({ effect }) => effect === 'permit')
    .map(({ id, json }) => [id, { ...json, conditions: [] }]);
}

function preparse(
  cedar: Cedar,
  name: string,
  policies: readonly [string, string | CedarPolicy['json']][],
): void {
  const answer: CheckParseAnswer = cedar.preparsePolicySet(name, {
    staticPolicies: Object.fromEntries(policies),
  });
  if (answer.type === 'success') return;
  throw new VendError('config_invalid', {
    says: `The access policies are not valid: ${answer.errors.map(({ message }) => message).join('; ')}.`,
  });
}
