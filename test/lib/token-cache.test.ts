import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifyCaller } from '../../lib/caller.ts';
import { parseCredentialDocument } from '../../lib/credential-document.ts';
import { type MintedToken, TokenCache, tokenCacheKey } from '../../lib/token-cache.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { DOCUMENT, request } from '../support/fake-ports.ts';

const callerOf = (role: string, session = 'run-1') => {
  const arn = `arn:aws:sts::111122223333:assumed-role/${role}/${session}`;
  const identity = request().identity;
  if (identity === undefined) throw new Error('the fake request has an identity');
  return identifyCaller({ ...identity, arn, userId: `AROA${role}:${session}` });
};

const credential = (overrides = {}, versionId = 'v1', name = 'orders-api') => ({
  id: { team: 'checkout', name },
  versionId,
  document: parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...overrides }), {
    allowLoopbackHttp: false,
  }),
});

const grant = { scope: ['a', 'b'], audience: ['x'], resource: [] };
const key = tokenCacheKey(credential(), grant, callerOf('one'));

function token(clock: FakeClock, overrides: Partial<MintedToken> = {}): MintedToken {
  const issuedAt = clock.now();
  return {
    accessToken: 't',
    sha256: 's',
    jti: undefined,
    scope: [],
    audience: [],
    issuedAt,
    expiresAt: issuedAt + 3_600_000,
    mintId: 'm',
    credential: 'checkout/orders-api',
    versionId: 'v1',
    ...overrides,
  };
}

describe('token cache key', () => {
  it('is the same whatever the order of scope and audience, and whoever asks for a shared token', () => {
    expect(tokenCacheKey(credential(), { ...grant, scope: ['b', 'a'] }, callerOf('two'))).toBe(key);
  });

  it.each([
    ['credential', () => tokenCacheKey(credential({}, 'v1', 'other'), grant, callerOf('one'))],
    ['secret version', () => tokenCacheKey(credential({}, 'v2'), grant, callerOf('one'))],
    ['epoch', () => tokenCacheKey(credential({ epoch: 1 }), grant, callerOf('one'))],
    [
      'issuer',
      () =>
        tokenCacheKey(credential({ issuer: 'https://other.example.com' }), grant, callerOf('one')),
    ],
    ['scope', () => tokenCacheKey(credential(), { ...grant, scope: ['a'] }, callerOf('one'))],
    ['audience', () => tokenCacheKey(credential(), { ...grant, audience: [] }, callerOf('one'))],
    ['resource', () => tokenCacheKey(credential(), { ...grant, resource: ['x'] }, callerOf('one'))],
    [
      'token sharing',
      () => tokenCacheKey(credential({ token_sharing: 'per_principal' }), grant, callerOf('one')),
    ],
  ])('differs by %s', (_what, other) => {
    expect(other()).not.toBe(key);
  });

  it('differs by principal or session where the document says so', () => {
    const of = (sharing: string, role: string, session?: string) =>
      tokenCacheKey(credential({ token_sharing: sharing }), grant, callerOf(role, session));
    expect(of('per_principal', 'one', 's1')).toBe(of('per_principal', 'one', 's2'));
    expect(of('per_principal', 'one')).not.toBe(of('per_principal', 'two'));
    expect(of('per_session', 'one', 's1')).not.toBe(of('per_session', 'one', 's2'));
  });

  it('never confuses two different grants', () => {
    const scopes = fc.uniqueArray(fc.stringMatching(/^[!#-[\]-~]{1,8}$/), { maxLength: 4 });
    fc.assert(
      fc.property(scopes, scopes, (one, two) => {
        const same = JSON.stringify([...one].sort()) === JSON.stringify([...two].sort());
        const keys = [one, two].map((scope) =>
          tokenCacheKey(credential(), { ...grant, scope }, callerOf('one')),
        );
        expect(keys[0] === keys[1]).toBe(same);
      }),
    );
  });
});

describe('token cache', () => {
  it('keeps a token until it expires', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    expect(cache.find('k', 0)).toBeUndefined();
    cache.put('k', token(clock));
    clock.skip(3_599_999);
    expect(cache.find('k', 0)).toBeDefined();
    expect(cache.find('k', 1)).toBeUndefined();
    clock.skip(1);
    expect(cache.find('k', 0)).toBeUndefined();
  });

  it('renews in the last tenth of the lifetime, at most 5 minutes, at a point that chance moves', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    clock.chance = 1;
    cache.put('hour', token(clock));
    cache.put('minute', token(clock, { expiresAt: clock.now() + 60_000 }));
    expect([cache.needsRefresh('hour'), cache.needsRefresh('none')]).toEqual([false, false]);
    clock.skip(54_000);
    expect([cache.needsRefresh('minute'), cache.needsRefresh('hour')]).toEqual([true, false]);
    clock.skip(3_300_000 - 54_000);
    expect(cache.needsRefresh('hour')).toBe(true);
    cache.postponeRefresh('hour');
    cache.postponeRefresh('none');
    expect(cache.needsRefresh('hour')).toBe(false);
  });

  it('drops what is revoked or of a replaced secret version, and nothing else', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('1', token(clock, { sha256: 'one' }));
    cache.put('2', token(clock, { sha256: 'one', credential: 'other/api' }));
    cache.put('3', token(clock, { sha256: 'three', versionId: 'v2' }));
    expect(cache.evict('checkout/orders-api', 'one')).toBe(1);
    cache.forgetVersion('checkout/orders-api', 'v2');
    expect([cache.find('1', 0), cache.find('3', 0)]).toEqual([undefined, undefined]);
    expect(cache.find('2', 0)).toBeDefined();
  });
});
