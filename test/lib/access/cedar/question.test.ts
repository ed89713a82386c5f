import { describe, expect, it } from '@jest/globals';
import { imagineCaller } from '../../../../lib/access/caller.ts';
import { toCedarRequest } from '../../../../lib/access/cedar/entities.ts';
import { findQuestions } from '../../../../lib/access/cedar/question.ts';
import type { AccessContext } from '../../../../lib/access/policy.ts';
import { NOON, policiesOf } from '../../../support/policies.ts';

const ROLE = 'arn:aws:iam::111122223333:role/ci';
const OTHER = 'arn:aws:iam::111122223333:role/other';
const HOUR = 3_600_000;

/** Asks by `role` with a context that differs from noon's. */
function question(text: string, context: Partial<AccessContext> = {}, role = ROLE) {
  const caller = imagineCaller(role, 'o-a');
  if (caller === undefined) throw new Error(`${role} is no principal`);
  const asked = toCedarRequest({
    caller,
    action: 'vendToken',
    credential: { team: 'checkout', name: 'orders-api' },
    context: { ...NOON, ...context },
  });
  return findQuestions(policiesOf(text))(asked);
}

const when = (condition: string) =>
  `@id("p") permit (principal, action, resource) when { ${condition} };`;
const SCOPED = when('["a"].containsAll(context.scope)');

describe('a question to the policies', () => {
  it('is another one for another principal, whatever the policies say', () => {
    const anybody = '@id("p") permit (principal, action, resource);';
    expect(question(anybody)).not.toBe(question(anybody, {}, OTHER));
  });

  it('is the same at another time, address and min_ttl where no policy reads them', () => {
    const later = { now: NOON.now + HOUR, sourceIp: '192.0.2.9', minTtl: 900 };
    expect(question(SCOPED, later)).toBe(question(SCOPED));
    expect(question(SCOPED, { scope: ['b'] })).not.toBe(question(SCOPED));
  });

  it.each([
    [
      'an address',
      'context has sourceIp && context.sourceIp.isLoopback()',
      { sourceIp: '192.0.2.9' },
    ],
    ['whether there is an address', 'context has sourceIp', { sourceIp: undefined }],
    ['min_ttl', 'context.minTtl < 60', { minTtl: 61 }],
    ['the day of the week', 'context.weekday < 6', { now: NOON.now + 24 * HOUR }],
  ])('is another one with %s that a policy reads', (_, condition, context) => {
    expect(question(when(condition), context)).not.toBe(question(when(condition)));
  });

  it.each([
    ['the time', 'context.now > datetime("2024-01-01")'],
    ['the context as a whole', '{ all: context }.all.minTtl < 60'],
    ['a path through the context', 'context has sourceIp.x'],
  ])('has no answer to be kept where a policy reads %s', (_, condition) => {
    expect(question(when(condition))).toBeUndefined();
  });

  it.each(['nowhere', 'fe80::1%eth0', '::ffff:192.0.2.1', ''])(
    'has no answer to be kept where the address is %j, which Cedar refuses whoever reads it',
    (sourceIp) => {
      expect(question(SCOPED, { sourceIp })).toBeUndefined();
    },
  );

  it('does not mind the time that a policy reads of somebody or something else', () => {
    const time = 'when { context.now > datetime("2024-01-01") }';
    const elsewhere = [
      `@id("a") permit (principal == Role::"${OTHER}", action, resource) ${time};`,
      `@id("b") permit (principal, action == Action::"revokeToken", resource) ${time};`,
      `@id("c") forbid (principal, action, resource == Credential::"a/b") ${time};`,
    ].join('\n');
    expect(question(elsewhere)).toEqual(expect.any(String));
    expect(question(elsewhere, {}, OTHER)).toBeUndefined();
    const perhaps = `@id("d") forbid (principal in Account::"999999999999", action, resource) ${time};`;
    expect(question(perhaps)).toBeUndefined();
  });
});
