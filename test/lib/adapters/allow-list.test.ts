import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openAllowList } from '../../../lib/adapters/allow-list.ts';
import { identifyCaller } from '../../../lib/caller.ts';
import { request } from '../../support/fake-ports.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'token-vending-allow-list-'));
const file = path.join(directory, 'allow-list.json');
afterAll(() => rmSync(directory, { recursive: true }));

const entry = {
  id: 'one',
  principal: 'arn:aws:iam::111122223333:role/ci-checkout',
  actions: ['vendToken'],
  credentials: ['checkout/*', 'inventory/stock-api'],
  scopes: ['a', 'b'],
};

function open(list: object | string) {
  writeFileSync(file, typeof list === 'string' ? list : JSON.stringify(list));
  return openAllowList(file);
}

function ask(
  team: string,
  name: string,
  scope: string[] = [],
  action: 'vendToken' | 'revokeToken' = 'vendToken',
  role?: string,
) {
  const identity = request({}, role).identity;
  if (identity === undefined) throw new Error('the fake request has an identity');
  const context = { scope, audience: [], resource: [], minTtl: 60, sourceIp: undefined, now: 0 };
  return { caller: identifyCaller(identity), action, credential: { team, name }, context };
}

describe('allow list', () => {
  it('allows what it lists and denies the rest, with its advice', () => {
    const policy = open({ advice: 'Ask.', allow: [entry] });
    expect(policy.decide(ask('checkout', 'any', ['a']))).toMatchObject({
      allowed: true,
      policies: ['one'],
      advice: [],
    });
    expect(policy.decide(ask('inventory', 'stock-api')).allowed).toBe(true);
    for (const denied of [
      ask('inventory', 'other-api'),
      ask('checkout', 'any', ['a', 'c']),
      ask('checkout', 'any', [], 'revokeToken'),
      ask('checkout', 'any', [], 'vendToken', 'other'),
    ]) {
      expect(policy.decide(denied)).toMatchObject({
        allowed: false,
        policies: [],
        advice: ['Ask.'],
        policyVersion: policy.version,
      });
    }
  });

  it('allows any scope where an entry names none, and has no advice of its own', () => {
    const { scopes: _, ...anyScope } = entry;
    const policy = open({ allow: [anyScope] });
    expect(policy.decide(ask('checkout', 'any', ['z'])).allowed).toBe(true);
    expect(policy.decide(ask('payments', 'any')).advice).toEqual([]);
  });

  it.each([
    ['junk', '{', /must be a JSON object/],
    ['an unknown key', { allow: [], deny: [] }, /deny/],
    [
      'a principal that is no ARN',
      { allow: [{ ...entry, principal: 'ci' }] },
      /allow.0.principal: must be the ARN/,
    ],
    [
      'no action',
      { allow: [{ ...entry, actions: [] }] },
      /allow.0.actions: must name at least one/,
    ],
    [
      'a pattern across teams',
      { allow: [{ ...entry, credentials: ['*'] }] },
      /allow.0.credentials.0: must be team\/name/,
    ],
  ])('refuses %s, naming file, place and rule', (_what, list, text) => {
    expect(() => open(list)).toThrow(text);
    expect(() => open(list)).toThrow(/allow-list.json is not valid/);
  });
});
