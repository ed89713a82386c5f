import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifyCaller } from '../../../lib/access/caller.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { TokenCache } from '../../../lib/token/cache.ts';
import { tokenCacheKey } from '../../../lib/token/cache-key.ts';
import type { MintedToken } from '../../../lib/token/minted-token.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DOCUMENT, request } from '../../support/fake-ports.ts';

const callerOf = (role: string, session = 'run-1') => {
  const arn = `arn:aws:sts::111122223333:assumed-role/${role}/${session}`;
  const identity = request().identity;
  if (identity === undefined) throw new Error('the fake request has an identity');
  return identifyCaller({ ...identity, arn, userId: `AROA${role}:${session}` });
};

const credential = (overrides = {}, versionId = 'v1', name = 'orders-api') => ({
  id: { team: 'checkout', name },
  versionId,
  writtenAt: 0,
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
    ...overrides,
  };
}

describe('token cache key', () => {
  it('is the same whatever the order of scope and audience, and whoever asks for a shared token', () => {
    expect(tokenCacheKey(credential(), { ...grant, scope: ['b', 'a'] }, callerOf('two'))).toBe(key);
  });

  it.each([
    ['credential', () => tokenCacheKey(credential({}, 'v1', 'other'), grant, callerOf('one'))],
    ['client id', () => tokenCacheKey(credential({ client_id: 'x' }), grant, callerOf('one'))],
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

  it('stays the same when the secret changes: the token lives on at the server', () => {
    const rotated = credential({ client_secret: 'canary-rotated-secret' }, 'v2');
    expect(tokenCacheKey(rotated, grant, callerOf('one'))).toBe(key);
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
  it('keeps a token until its last second', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    expect(cache.find('k', 0)).toBeUndefined();
    cache.put('k', token(clock));
    clock.skip(3_598_000);
    expect([cache.find('k', 2)?.mintId, cache.find('k', 3)]).toEqual(['m', undefined]);
    clock.skip(1_000);
    expect(cache.find('k', 0)?.mintId).toBe('m');
    // Its expires_in would be 0.
    clock.skip(1);
    expect(cache.find('k', 0)).toBeUndefined();
  });

  it('renews in the last tenth of the lifetime, at most 5 minutes, at a point that chance moves', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    clock.chance = 1;
    cache.put('hour', token(clock));
    cache.put('minute', token(clock, { expiresAt: clock.now() + 60_000 }));
    expect([cache.needsRefresh('hour', 1), cache.needsRefresh('none', 1)]).toEqual([false, false]);
    clock.skip(53_001);
    expect([cache.needsRefresh('minute', 1), cache.needsRefresh('hour', 1)]).toEqual([true, false]);
    clock.skip(3_299_000 - 53_000);
    expect(cache.needsRefresh('hour', 1)).toBe(true);
    cache.postponeRefresh('hour');
    cache.postponeRefresh('none');
    expect(cache.needsRefresh('hour', 1)).toBe(false);
  });

  it.each<[minTtl: number, from: number]>([
    [0, 3_600 - 1 - 300],
    [600, 3_000 - 300],
    [1_800, 1_800 - 300],
    // Where the token is of use for ten minutes or less, half of these.
    [3_000, 300],
    [3_400, 100],
  ])(
    'counts the window of a min_ttl of %i s back from the moment at which it is not met: from second %i',
    (minTtl, from) => {
      const clock = new FakeClock();
      clock.chance = 1;
      const cache = new TokenCache(clock);
      cache.put('k', token(clock));
      clock.skip(from * 1000);
      expect(cache.needsRefresh('k', minTtl)).toBe(false);
      clock.skip(1);
      expect(cache.needsRefresh('k', minTtl)).toBe(true);
      expect(cache.find('k', minTtl)).toBeDefined();
    },
  );

  it('keeps the token that lives longer where a renewal brings a shorter one', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('k', token(clock));
    clock.skip(3_400_000);
    cache.put('k', token(clock, { mintId: 'short', expiresAt: clock.now() + 60_000 }));
    expect(cache.find('k', 0)?.mintId).toBe('m');
    expect(cache.needsRefresh('k', 0)).toBe(false);
    clock.skip(30_000);
    expect(cache.needsRefresh('k', 0)).toBe(true);
  });

  it('drops what is revoked, and nothing else', () => {
    const clock = new FakeClock();
    const cache = new TokenCache(clock);
    cache.put('1', token(clock, { sha256: 'one' }));
    cache.put('2', token(clock, { sha256: 'one', credential: 'other/api' }));
    cache.put('3', token(clock, { sha256: 'three' }));
    expect(cache.evict('checkout/orders-api', 'one')).toBe(1);
    expect(cache.find('1', 0)).toBeUndefined();
    expect([cache.find('2', 0)?.sha256, cache.find('3', 0)?.sha256]).toEqual(['one', 'three']);
  });
});
