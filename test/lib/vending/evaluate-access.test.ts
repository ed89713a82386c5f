import { describe, expect, it } from '@jest/globals';
import { FakeWorld, request } from '../../support/fake-ports.ts';

const ROLE = 'arn:aws:iam::111122223333:role/other';
const evaluation = (more: object = {}) => ({
  action: { name: 'vendToken' },
  resource: { type: 'Credential', id: 'checkout/orders-api' },
  ...more,
});

async function evaluate(world: FakeWorld, body: unknown, more: object = {}) {
  return await world.serve(
    request({
      method: 'POST',
      path: '/access/v1/evaluation',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
    }),
  );
}

describe('access evaluation', () => {
  it('returns yes with the deciding policy and its version, and issues nothing', async () => {
    const world = new FakeWorld();
    const { status, json } = await evaluate(world, evaluation());
    expect([status, json]).toEqual([
      200,
      {
        decision: true,
        context: {
          policies: ['permit-it'],
          unmet: [],
          advice: '',
          errors: [],
          policy_version: world.policy.version,
        },
      },
    ]);
    expect([world.store.reads, world.server.tokenRequests]).toEqual([0, 0]);
  });

  it('returns no with the advice of the policies, or the general one', async () => {
    const world = new FakeWorld();
    world.policy.allowed.clear();
    const general = await evaluate(world, evaluation());
    expect(general.json).toMatchObject({
      decision: false,
      context: { policies: [], advice: expect.stringContaining('ask the operator') },
    });
    world.policy.advice = ['Ask for less.', 'Ask from the office.'];
    const { json } = await evaluate(world, evaluation());
    expect(json).toMatchObject({ context: { advice: 'Ask for less. Ask from the office.' } });
  });

  it('evaluates the caller itself, with its address and time', async () => {
    const world = new FakeWorld();
    await evaluate(world, evaluation());
    expect(world.policy.requests).toMatchObject([
      {
        action: 'vendToken',
        caller: { name: 'ci-checkout' },
        credential: { team: 'checkout', name: 'orders-api' },
        context: { scope: [], audience: [], resource: [], minTtl: 0, now: world.clock.now() },
      },
    ]);
  });

  it('accepts everything that a decision may depend on', async () => {
    const world = new FakeWorld();
    const context = {
      scope: 'b a b',
      audience: ['z', 'y', 'z'],
      resource: ['https://r.example.com'],
      min_ttl: 900,
      source_ip: '2001:db8::1',
      time: '2026-01-31T12:00:00Z',
    };
    await evaluate(world, evaluation({ context, action: { name: 'revokeToken' } }));
    expect(world.policy.requests).toMatchObject([
      {
        action: 'revokeToken',
        context: {
          scope: ['a', 'b'],
          audience: ['y', 'z'],
          resource: ['https://r.example.com'],
          minTtl: 900,
          sourceIp: '2001:db8::1',
          now: Date.parse(context.time),
        },
      },
    ]);
  });

  it('evaluates other principals only for callers that a policy permits explainAccess', async () => {
    const world = new FakeWorld();
    world.policy.allowed = new Set(['vendToken checkout/orders-api']);
    const subject = { type: 'Role', id: ROLE };
    const refused = await evaluate(world, evaluation({ subject }));
    expect([refused.status, refused.json['code']]).toEqual([403, 'policy_denied']);
    world.policy.allowed.add('explainAccess checkout/orders-api');
    const { json } = await evaluate(world, evaluation({ subject }));
    expect(json).toMatchObject({ decision: true });
    expect(world.policy.requests.at(-1)?.caller).toMatchObject({
      principalArn: ROLE,
      organizationId: 'o-localexample',
    });
  });

  it('needs no permission to evaluate the caller by name', async () => {
    const world = new FakeWorld();
    world.policy.allowed.clear();
    const id = 'arn:aws:sts::111122223333:assumed-role/ci-checkout/another-session';
    const { json } = await evaluate(world, evaluation({ subject: { type: 'Role', id } }));
    expect(json).toMatchObject({ decision: false });
  });

  it('assumes the organization in the request, and none for another account', async () => {
    const world = new FakeWorld();
    const foreign = 'arn:aws:iam::999988887777:user/ann';
    await evaluate(world, evaluation({ subject: { type: 'User', id: foreign } }));
    expect(world.policy.requests.at(-1)?.caller.organizationId).toBeUndefined();
    const subject = { type: 'User', id: foreign, properties: { organization: 'o-b' } };
    await evaluate(world, evaluation({ subject }));
    expect(world.policy.requests.at(-1)?.caller.organizationId).toBe('o-b');
  });

  it('is recorded, with the evaluated principal and the decision', async () => {
    const world = new FakeWorld();
    await evaluate(world, evaluation({ subject: { type: 'Role', id: ROLE } }));
    expect(world.audit.events).toMatchObject([
      {
        kind: 'evaluation',
        subject: ROLE,
        access: {
          action: 'vendToken',
          credential: 'checkout/orders-api',
          decision: { allowed: true },
        },
      },
    ]);
    world.audit.failing.add('evaluation');
    expect((await evaluate(world, evaluation())).json['code']).toBe('audit_unavailable');
  });

  it.each([
    ['junk', '{', 'The body must be a JSON object.'],
    ['an array', [], 'The body action is missing'],
    ['null', 'null', 'The body must be a JSON object.'],
    [
      'an action that is no object',
      evaluation({ action: 'vendToken' }),
      'action must be a JSON object.',
    ],
    ['no action', { resource: evaluation().resource }, 'action is missing.'],
    [
      'an unknown action',
      evaluation({ action: { name: 'fly' } }),
      'action.name must be one of vendToken,',
    ],
    [
      'an unknown type of resource',
      evaluation({ resource: { type: 'Secret', id: 'a/b' } }),
      'resource.type must be Credential.',
    ],
    [
      'a resource without id',
      evaluation({ resource: { type: 'Credential' } }),
      'resource.id is missing.',
    ],
    [
      'a credential that is none',
      evaluation({ resource: { type: 'Credential', id: 'a' } }),
      'resource.id must be team/name',
    ],
    ['an unknown member', evaluation({ canary: 1 }), 'Unknown member in the body.'],
    [
      'an unknown member below',
      evaluation({ context: { canary: 1 } }),
      'Unknown member in context.',
    ],
    [
      'a scope that is none',
      evaluation({ context: { scope: 'a"b' } }),
      'context.scope must be scopes of printable',
    ],
    [
      'a scope of another type',
      evaluation({ context: { scope: ['a'] } }),
      'context.scope must be text.',
    ],
    [
      'an audience that is none',
      evaluation({ context: { audience: ['a b'] } }),
      'context.audience.0 must be printable text',
    ],
    [
      'too many resources',
      evaluation({ context: { resource: Array(11).fill('urn:a') } }),
      'context.resource must have at most 10',
    ],
    [
      'a lifetime that is none',
      evaluation({ context: { min_ttl: -1 } }),
      'context.min_ttl must be',
    ],
    [
      'an address that is none',
      evaluation({ context: { source_ip: 'here' } }),
      'context.source_ip must be an IP address.',
    ],
    [
      'a time that is none',
      evaluation({ context: { time: 'noon' } }),
      'context.time must be a time from 1970 to 9999 such as',
    ],
    ...['2026-01-31T12:00:00+23', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59'].map(
      (time) =>
        [
          `the time ${time}`,
          evaluation({ context: { time } }),
          'context.time must be a time from 1970 to 9999 such as',
        ] as const,
    ),
    [
      'a subject that is none',
      evaluation({ subject: { type: 'Role', id: 'me' } }),
      'subject.id must be the ARN',
    ],
    [
      'a subject of another type',
      evaluation({ subject: { type: 'User', id: ROLE } }),
      'subject.type must match the ARN',
    ],
    [
      'an unknown type of subject',
      evaluation({ subject: { type: 'Robot', id: ROLE } }),
      'subject.type must be Role or User.',
    ],
  ])('rejects %s by name, and repeats nothing', async (_, body, says) => {
    const world = new FakeWorld();
    const { status, json } = await evaluate(world, body);
    expect([status, json['code'], json['error_description']]).toEqual([
      400,
      'request_malformed',
      expect.stringContaining(says.replace('The body action', 'action')),
    ]);
    expect(JSON.stringify(json)).not.toContain('canary');
    expect(world.policy.requests).toEqual([]);
  });

  it('rejects a query and another content type', async () => {
    const world = new FakeWorld();
    const query = await evaluate(world, evaluation(), { query: 'a=b' });
    expect(query.json['error_description']).toMatch(/not in the query/);
    const form = await evaluate(world, evaluation(), { headers: { 'content-type': 'text/plain' } });
    expect(form.json['error_description']).toMatch(/Content-Type must be application\/json/);
  });
});
