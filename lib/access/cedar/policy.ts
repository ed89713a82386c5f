import { VendError } from '../../errors/vend-error.ts';
import type { AccessPolicy, AccessRequest } from '../policy.ts';
import type { Cedar } from './engine.ts';
import { type CedarRequest, toCedarRequest } from './entities.ts';
import type { CedarPolicy, CedarPolicySet } from './policy-files.ts';

/**
 * Decides by Cedar policies (https://docs.cedarpolicy.com/auth/authorization.html): deny by
 * default, forbid beats permit, and an error in any policy is a deny. The engine decides every
 * request. Policies are parsed once; a decision is pure and synchronous, and takes about 200 us.
 *
 * @param set validated by {@link readPolicySet}
 * @throws VendError `config_invalid` if a policy does not parse
 */
export function openCedarPolicy(cedar: Cedar, set: CedarPolicySet): AccessPolicy {
  const { version, policies } = set;
  const adviceOf = new Map(policies.map(({ id, advice }) => [id, advice]));
  preparse(
    cedar,
    version,
    policies.map(({ id, text }) => [id, text]),
  );
  const findUnmet = openHeads(cedar, set);
  return {
    version,
    decide(request) {
      const cedarRequest = toCedarRequest(request);
      const { allowed, reason, errors } = evaluate(cedar, version, cedarRequest);
      const denyByDefault = !allowed && reason.length === 0 && errors.length === 0;
      const unmet = denyByDefault ? findUnmet(cedarRequest) : [];
      const advising = allowed ? [] : [...reason, ...unmet];
      const advice = advising.flatMap((id) => adviceOf.get(id) ?? []);
      return { allowed, policies: reason, unmet, advice, errors, policyVersion: version };
    },
  };
}

/**
 * Finds the permits that name a request but whose conditions are not met. Only a default deny needs
 * them, so they are parsed at the first default deny. That saves 15 ms of each cold start.
 */
function openHeads(
  cedar: Cedar,
  { version, policies }: CedarPolicySet,
): (request: CedarRequest) => readonly string[] {
  const heads = `${version}/heads`;
  let parsed = false;
  return (request) => {
    if (!parsed) preparse(cedar, heads, headsOfPermits(policies));
    parsed = true;
    return evaluate(cedar, heads, request).reason;
  };
}

// It has every member, including address and time. Else the first request with a member compiles
// the code for it.
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
 * Decides once about a principal that does not exist: WebAssembly compiles the code of a decision
 * at the first decision. That takes 16 ms at full CPU in the init phase, and 55 ms at the share of
 * a CPU that an invocation has at 512 MB.
 */
export function rehearseDecision(cedar: Cedar, { version }: CedarPolicySet): void {
  evaluate(cedar, version, toCedarRequest(NOBODY));
}

interface Evaluation {
  readonly allowed: boolean;
  readonly reason: readonly string[];
  readonly errors: readonly string[];
}

function evaluate(cedar: Cedar, policySet: string, request: CedarRequest): Evaluation {
  const result = cedar.statefulIsAuthorized({ ...request, preparsedPolicySetId: policySet });
  if (result.type === 'failure') {
    return { allowed: false, reason: [], errors: result.errors.map(({ message }) => message) };
  }
  const { decision, diagnostics } = result.response;
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`);
  const reason = diagnostics.reason.toSorted();
  // Cedar skips a policy whose evaluation fails; a forbid that is skipped would allow.
  return errors.length > 0
    ? { allowed: false, reason: [], errors }
    : { allowed: decision === 'allow', reason, errors };
}

/** Each permit without its conditions: it allows whatever its head names. */
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
  const result = cedar.preparsePolicySet(name, {
    staticPolicies: Object.fromEntries(policies),
  });
  if (result.type === 'success') return;
  throw new VendError('config_invalid', {
    says: `The access policies are invalid: ${result.errors.map(({ message }) => message).join('; ')}.`,
  });
}
