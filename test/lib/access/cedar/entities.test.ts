import { describe, expect, it } from '@jest/globals';
import { type Caller, imagineCaller } from '../../../../lib/access/caller.ts';
import { toCedarRequest } from '../../../../lib/access/cedar/entities.ts';
import type { AccessContext } from '../../../../lib/access/policy.ts';
import { NOON } from '../../../support/policies.ts';

const ROLE = 'arn:aws:iam::111122223333:role/ci';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/ci/run-1';

function requestOf(
  arn: string,
  organization?: string | undefined,
  context: Partial<AccessContext> = {},
) {
  return toCedarRequest({
    caller: imagineCaller(arn, organization) as Caller,
    action: 'vendToken',
    credential: { team: 'checkout', name: 'orders-api' },
    context: { ...NOON, ...context },
  });
}

describe('a Cedar request', () => {
  it('has the status that a change gives the credential, if it names one', () => {
    expect(requestOf(SESSION, undefined, { status: 'disabled' }).context).toMatchObject({
      status: 'disabled',
    });
    expect(requestOf(SESSION).context).not.toHaveProperty('status');
  });

  it('names a role without its session, and the credential in its team', () => {
    const { principal, action, resource, entities } = requestOf(SESSION, 'o-a');
    expect({ principal, action, resource }).toEqual({
      principal: { type: 'Role', id: ROLE },
      action: { type: 'Action', id: 'vendToken' },
      resource: { type: 'Credential', id: 'checkout/orders-api' },
    });
    expect(entities).toEqual([
      {
        uid: principal,
        attrs: { arn: ROLE, name: 'ci', partition: 'aws' },
        parents: [{ type: 'Account', id: '111122223333' }],
      },
      {
        uid: { type: 'Account', id: '111122223333' },
        attrs: {},
        parents: [{ type: 'Organization', id: 'o-a' }],
      },
      { uid: { type: 'Organization', id: 'o-a' }, attrs: {}, parents: [] },
      {
        uid: resource,
        attrs: { name: 'orders-api' },
        parents: [{ type: 'Team', id: 'checkout' }],
      },
      { uid: { type: 'Team', id: 'checkout' }, attrs: {}, parents: [] },
    ]);
  });

  it.each([
    ['arn:aws:iam::111122223333:user/ann', 'user'],
    ['arn:aws:iam::111122223333:root', 'root'],
    ['arn:aws:sts::111122223333:federated-user/ann', 'federated-user'],
  ])('names %s as a User of kind %s', (arn, kind) => {
    const { principal, entities } = requestOf(arn);
    expect(principal).toEqual({ type: 'User', id: arn });
    expect(entities[0]).toMatchObject({ attrs: { kind } });
  });

  it('has no organization if AWS names none', () => {
    const { entities } = requestOf(ROLE);
    expect(entities.map(({ uid }) => (uid as { type: string }).type)).toEqual([
      'Role',
      'Account',
      'Credential',
      'Team',
    ]);
    expect(entities[1]).toMatchObject({ parents: [] });
  });

  it('has the context of the request, with address and time as values of Cedar', () => {
    const context = { scope: ['a', 'b'], audience: ['x'], resource: ['https://r'], minTtl: 900 };
    expect(requestOf(SESSION, 'o-a', context).context).toEqual({
      ...context,
      now: { __extn: { fn: 'datetime', arg: '2024-01-01T12:00:00.000Z' } },
      weekday: 1,
      sourceIp: { __extn: { fn: 'ip', arg: '192.0.2.1' } },
      sessionName: 'run-1',
    });
  });

  it('leaves out an address and a session name that the platform does not state', () => {
    const { context } = requestOf(ROLE, undefined, { sourceIp: undefined });
    expect(Object.keys(context)).toEqual(expect.not.arrayContaining(['sourceIp', 'sessionName']));
  });

  it('counts the days of the week from Monday, 1, to Sunday, 7', () => {
    const day = (at: string) => requestOf(ROLE, undefined, { now: Date.parse(at) }).context;
    expect(day('2024-01-06T23:59:59Z')).toMatchObject({ weekday: 6 });
    expect(day('2024-01-07T00:00:00Z')).toMatchObject({ weekday: 7 });
    expect(day('2024-01-08T00:00:00Z')).toMatchObject({ weekday: 1 });
  });
});
