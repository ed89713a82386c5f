import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Caller, imagineCaller } from '../../../../lib/access/caller.ts';
import type { Cedar } from '../../../../lib/access/cedar/engine.ts';
import { openCedarPolicy, rehearseDecision } from '../../../../lib/access/cedar/policy.ts';
import type { AccessAction, AccessPolicy } from '../../../../lib/access/policy.ts';
import { cedar, NOON, openDirectory, policiesOf } from '../../../support/policies.ts';

const ORDERS = { team: 'checkout', name: 'orders-api' };
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-policies-'));
});
afterAll(() => rm(directory, { recursive: true }));

let count = 0;
async function policyOf(text: string): Promise<AccessPolicy> {
  count += 1;
  const folder = path.join(directory, String(count));
  await mkdir(folder);
  await writeFile(path.join(folder, 'a.cedar'), text);
  return openDirectory(folder);
}

function caller(arn: string, organization?: string): Caller {
  const imagined = imagineCaller(arn, organization);
  if (imagined === undefined) throw new Error(`${arn} is no principal`);
  return imagined;
}

const CI = caller('arn:aws:sts::111122223333:assumed-role/ci/run-1', 'o-a');
const decide = (policy: AccessPolicy, who = CI, context = {}) =>
  policy.decide({
    caller: who,
    action: 'vendToken',
    credential: ORDERS,
    context: { ...NOON, ...context },
  });

describe('a decision by Cedar', () => {
  it('is deny if no policy applies, and names none', async () => {
    const policy = await policyOf(
      '@id("x") permit (principal == Role::"arn:aws:iam::111122223333:role/other", action, resource);',
    );
    expect(decide(policy)).toEqual({
      allowed: false,
      policies: [],
      unmet: [],
      advice: [],
      errors: [],
      policyVersion: policy.version,
    });
  });

  it('names the permits that allow, without their advice', async () => {
    const policy = await policyOf(
      '@id("b") @advice("never shown") permit (principal, action, resource);\n@id("a") permit (principal, action, resource);',
    );
    expect(decide(policy)).toMatchObject({ allowed: true, policies: ['a', 'b'], advice: [] });
  });

  it('is deny if a forbid applies besides permits, with the advice of the forbid only', async () => {
    const policy = await policyOf(
      '@id("p") @advice("of p") permit (principal, action, resource);\n@id("f") @advice("of f") forbid (principal, action, resource);',
    );
    expect(decide(policy)).toMatchObject({
      allowed: false,
      policies: ['f'],
      advice: ['of f'],
      unmet: [],
    });
  });

  it('names the permit whose conditions are not met, with its advice', async () => {
    const policy = await policyOf(
      '@id("p") @advice("ask for a") permit (principal, action, resource) when { ["a"].containsAll(context.scope) };',
    );
    expect(decide(policy, CI, { scope: ['b'] })).toMatchObject({
      allowed: false,
      policies: [],
      unmet: ['p'],
      advice: ['ask for a'],
    });
  });

  it('is deny if any policy fails to evaluate, even beside a permit', async () => {
    const policy = await policyOf(
      '@id("p") permit (principal, action, resource);\n@id("f") forbid (principal, action, resource) when { context.minTtl * 9223372036854775807 > 1 };',
    );
    const decision = decide(policy);
    expect(decision).toMatchObject({ allowed: false, policies: [] });
    expect(decision.errors).toEqual([expect.stringMatching(/^f: .*overflow/)]);
  });

  it('is deny if the platform names an invalid address', async () => {
    const policy = await policyOf('@id("p") permit (principal, action, resource);');
    const decision = decide(policy, CI, { sourceIp: 'nowhere' });
    expect(decision.allowed).toBe(false);
    expect(decision.errors).toHaveLength(1);
  });

  it('uses account, organization, team, partition and session', async () => {
    const policy = await policyOf(`@id("p")
      permit (principal in Organization::"o-a", action == Action::"vendToken", resource in Team::"checkout")
      when {
        principal in Account::"111122223333" && principal.arn like "arn:aws-cn:iam::111122223333:role/*" &&
        principal has name && resource.name == "orders-api" && context has sessionName &&
        context.sessionName == "run-1" && context.weekday == 1 && context.now == datetime("2024-01-01T12:00:00Z")
      };`);
    const chinese = caller('arn:aws-cn:sts::111122223333:assumed-role/x/run-1', 'o-a');
    expect(decide(policy, chinese).allowed).toBe(true);
    expect(decide(policy, CI).allowed).toBe(false);
    expect(decide(policy, caller(chinese.arn, 'o-b')).allowed).toBe(false);
    expect(decide(policy, caller(chinese.arn)).allowed).toBe(false);
  });

  it.each([
    [
      'a role of IAM Identity Center',
      'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ann@example.com',
      'Role',
    ],
    [
      'every character that IAM allows',
      'arn:aws:sts::111122223333:assumed-role/a+b=c,d.e@f_g-h/x',
      'Role',
    ],
    ['a user below a path', 'arn:aws:iam::111122223333:user/people/ann', 'User'],
    ['root', 'arn:aws:iam::111122223333:root', 'User'],
    ['a federated user', 'arn:aws:sts::111122223333:federated-user/ann', 'User'],
  ])('takes %s', async (_, arn, type) => {
    const who = caller(arn);
    const policy = await policyOf(
      `@id("p") permit (principal == ${type}::${JSON.stringify(who.principalArn)}, action, resource);`,
    );
    expect(decide(policy, who).allowed).toBe(true);
    expect(decide(policy, CI).allowed).toBe(false);
  });

  it('never allows a principal outside the account that a permit names', async () => {
    const policy = await policyOf(`
      @id("role") permit (principal == Role::"arn:aws:iam::111122223333:role/ci", action, resource);
      @id("account") permit (principal in Account::"111122223333", action, resource);
      @id("name") permit (principal is Role in Account::"111122223333", action, resource) when { principal.name like "c*" };
      @id("scope") permit (principal in Account::"111122223333", action, resource) when { context.scope.contains("a") };`);
    const word = fc.stringMatching(/^[\w+=,.@-]{1,20}$/);
    const kind = fc.constantFrom('role', 'session', 'user', 'root', 'federated');
    const account = fc.stringMatching(/^\d{12}$/).filter((id) => id !== '111122223333');
    const partition = fc.constantFrom('aws', 'aws-cn', 'aws-us-gov');
    const hostile = fc.oneof(word, fc.constantFrom('ci', '111122223333', 'role', 'Account'));
    fc.assert(
      fc.property(
        kind,
        account,
        partition,
        hostile,
        hostile,
        fc.option(hostile),
        (k, id, p, a, b, org) => {
          const arn = {
            role: `arn:${p}:iam::${id}:role/${a}`,
            session: `arn:${p}:sts::${id}:assumed-role/${a}/${b}`,
            user: `arn:${p}:iam::${id}:user/${a}`,
            root: `arn:${p}:iam::${id}:root`,
            federated: `arn:${p}:sts::${id}:federated-user/${a}`,
          }[k];
          const decision = decide(policy, caller(arn, org ?? undefined), { scope: ['a'] });
          expect(decision).toMatchObject({ allowed: false, policies: [], errors: [] });
        },
      ),
      { numRuns: 500 },
    );
  });
});

const roles = ['ci', 'other', 'third'].map((name) => `arn:aws:iam::111122223333:role/${name}`);
const principals = [
  'principal',
  `principal == Role::"${roles[0]}"`,
  'principal in Account::"111122223333"',
  'principal is Role',
];
const actions = [
  'action',
  'action == Action::"vendToken"',
  'action in [Action::"revokeToken", Action::"vendToken"]',
];
const resources = [
  'resource',
  'resource == Credential::"checkout/orders-api"',
  'resource in Team::"checkout"',
];
const conditions = [
  'true',
  '["a"].containsAll(context.scope)',
  'context.scope.isEmpty()',
  'context.minTtl > 60',
  'context has sourceIp && context.sourceIp.isInRange(ip("10.0.0.0/8"))',
  'context has sessionName && context.sessionName == "run-1"',
  'context.weekday > 5',
  'context.now.toTime() < duration("13h")',
  'context == context',
  'if context.minTtl > 60 then ["a"].contains("b") else context.audience.contains("x")',
  'principal has name && principal.name like "c*"',
];
const anyPolicy = fc
  .tuple(
    fc.constantFrom('permit', 'forbid'),
    fc.constantFrom(...principals),
    fc.constantFrom(...actions),
    fc.constantFrom(...resources),
    fc.constantFrom(...conditions),
  )
  .map(([effect, ...head]) => `${effect} (${head.slice(0, 3).join(', ')}) when { ${head[3]} };`);
const anyRequest = fc.record({
  role: fc.constantFrom(...roles, 'arn:aws:sts::111122223333:assumed-role/ci/run-1'),
  action: fc.constantFrom<AccessAction>('vendToken', 'revokeToken'),
  name: fc.constantFrom('orders-api', 'other-api'),
  context: fc.record({
    scope: fc.constantFrom([], ['a'], ['a', 'b']),
    audience: fc.constantFrom([], ['x']),
    resource: fc.constant([]),
    minTtl: fc.constantFrom(60, 900),
    sourceIp: fc.constantFrom(
      undefined,
      '10.1.2.3',
      '192.0.2.1',
      '2001:DB8::1',
      // Texts that Cedar does not accept as an address.
      'nowhere',
      'fe80::1%eth0',
      '::ffff:192.0.2.1',
    ),
    now: fc.constantFrom(NOON.now, NOON.now + 2 * 3_600_000, NOON.now + 5 * 86_400_000),
  }),
});

describe('every request', () => {
  /** A policy of an engine that counts how often it decides. */
  function openCounting(text: string) {
    let count = 0;
    const counting: Cedar = {
      ...cedar,
      statefulIsAuthorized: (call) => {
        count += 1;
        return cedar.statefulIsAuthorized(call);
      },
    };
    const set = { schema: '', policies: policiesOf(text), version: text };
    return { policy: openCedarPolicy(counting, set), decisions: () => count };
  }

  it('is decided by the engine, also if the same one was decided before', () => {
    const { policy, decisions } = openCounting('@id("p") permit (principal, action, resource);');
    expect(decide(policy)).toEqual(decide(policy));
    expect(decisions()).toBe(2);
  });

  it('without a determining policy is evaluated twice: once for permits whose conditions are not met', () => {
    const { policy, decisions } = openCounting(
      '@id("p") permit (principal, action, resource) when { context.minTtl > 60 };',
    );
    expect(decide(policy).unmet).toEqual(['p']);
    expect(decisions()).toBe(2);
    expect(decide(policy, CI, { minTtl: 61 }).allowed).toBe(true);
    expect(decisions()).toBe(3);
  });

  it('is decided by its own time, to the second', () => {
    const { policy } = openCounting(
      '@id("p") permit (principal, action, resource) when { context.now < datetime("2024-01-01T12:00:01Z") };',
    );
    expect(decide(policy).allowed).toBe(true);
    expect(decide(policy, CI, { now: NOON.now + 1_000 }).allowed).toBe(false);
  });

  it.each(['nowhere', 'fe80::1%eth0', '::ffff:192.0.2.1', ''])(
    'is denied if its address is %j, which Cedar cannot read, after the same one with a plain address was allowed',
    (sourceIp) => {
      const { policy } = openCounting('@id("p") permit (principal, action, resource);');
      expect(decide(policy).allowed).toBe(true);
      expect(decide(policy, CI, { sourceIp })).toMatchObject({ allowed: false, policies: [] });
    },
  );

  it('is decided as if it were the first, by any policies, after any others', () => {
    fc.assert(
      fc.property(
        fc.array(anyPolicy, { minLength: 1, maxLength: 4 }),
        fc.array(anyRequest, { minLength: 5, maxLength: 15 }),
        (texts, requests) => {
          const text = texts.map((policy, at) => `@id("p${at}") ${policy}`).join('\n');
          const { policy } = openCounting(text);
          for (const { role, name, ...rest } of requests) {
            const credential = { team: 'checkout', name };
            const request = { caller: caller(role, 'o-a'), credential, ...rest };
            expect(policy.decide(request)).toEqual(openCounting(text).policy.decide(request));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('policies that do not parse', () => {
  it('are an error when they are opened', () => {
    const [policy] = policiesOf('@id("p") permit (principal, action, resource);');
    const set = { schema: '', policies: [{ ...policy, text: 'permit (' } as never], version: 'v' };
    expect(() => openCedarPolicy(cedar, set)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringContaining('The access policies are invalid: '),
      }),
    );
  });
});

describe('the rehearsal', () => {
  it('decides once, with every member of the context, and without an error', () => {
    const set = {
      schema: '',
      policies: policiesOf('@id("p") permit (principal, action, resource);'),
      version: 'rehearsed',
    };
    openCedarPolicy(cedar, set);
    const results: unknown[] = [];
    const listening: Cedar = {
      ...cedar,
      statefulIsAuthorized: (call) => {
        const result = cedar.statefulIsAuthorized(call);
        results.push([Object.keys(call.context).sort(), result.type]);
        return result;
      },
    };
    rehearseDecision(listening, set);
    const members = ['audience', 'minTtl', 'now', 'resource', 'scope', 'sessionName', 'sourceIp'];
    expect(results).toEqual([[[...members, 'weekday'], 'success']]);
  });
});

describe('the policy version', () => {
  const permit = '@id("p") permit (principal, action, resource);';

  it('is the same for the same policies, and changes with each character of them', async () => {
    const [one, same, other] = [
      await policyOf(permit),
      await policyOf(permit),
      await policyOf(`${permit} // changed`),
    ];
    expect(one.version).toMatch(/^[0-9a-f]{64}$/);
    expect(same.version).toBe(one.version);
    expect(other.version).not.toBe(one.version);
  });
});
