import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { HeldTokens } from '../../client/held-tokens.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { VendedToken } from '../../lib/http/wire.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Tokens of an endpoint that numbers them; each lives an hour. */
function open(overrides: (call: number) => Partial<VendedToken> | Error = () => ({})) {
  const clock = new FakeClock();
  const requests: [form: string, minTtl: number][] = [];
  const rejections: (string | undefined)[] = [];
  const held = new HeldTokens(async (form, { minTtl, rejectedSha256 }) => {
    const call = requests.push([form, minTtl]);
    rejections.push(rejectedSha256);
    const given = overrides(call);
    if (given instanceof Error) throw given;
    const issuedAt = clock.now() / 1000;
    return {
      access_token: `t${call}`,
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: '',
      expires_at: issuedAt + 3_600,
      issued_at: issuedAt,
      credential: 'a/b',
      mint_id: 'm',
      vend_id: 'v',
      source: 'minted',
      ...given,
    };
  }, clock);
  return { clock, held, requests, rejections };
}

describe('the tokens that a client holds', () => {
  it('are held by token request, and shared by equal requests', async () => {
    const { held, requests } = open();
    await Promise.all([held.get('a', { minTtl: 60 }), held.get('a', { minTtl: 60 })]);
    await held.get('b', { minTtl: 60 });
    expect(requests).toEqual([
      ['a', 60],
      ['b', 60],
    ]);
  });

  it('state their remaining lifetime when they are returned again', async () => {
    const { clock, held } = open();
    expect((await held.get('a', { minTtl: 60 })).expires_in).toBe(3_600);
    clock.skip(1);
    expect((await held.get('a', { minTtl: 60 })).expires_in).toBe(3_599);
  });

  it.each([
    [60, 3_600 - 60 - 270],
    [1_500, 3_600 - 1_500 - 270],
  ])('are renewed ahead of a min_ttl of %i s, from second %i', async (minTtl, second) => {
    const { clock, held } = open();
    await held.get('a', { minTtl });
    clock.skip(second * 1000);
    expect((await held.get('a', { minTtl })).access_token).toBe('t1');
    clock.skip(1);
    expect((await held.get('a', { minTtl })).access_token).toBe('t2');
  });

  it('are renewed in the last tenth of the whole lifetime of a shared token', async () => {
    const { clock, held } = open(() => ({ expires_in: 400 }));
    await held.get('a', { minTtl: 0 });
    clock.skip(128_000);
    expect((await held.get('a', { minTtl: 0 })).access_token).toBe('t1');
    clock.skip(2_000);
    expect((await held.get('a', { minTtl: 0 })).access_token).toBe('t2');
  });

  it('are returned while the endpoint cannot be reached, as long as they live min_ttl', async () => {
    const { clock, held } = open((call) =>
      call === 1 ? {} : new TokenVendingError('endpoint_unreachable'),
    );
    await held.get('a', { minTtl: 60 });
    clock.skip(3_540_000);
    expect((await held.get('a', { minTtl: 60 })).expires_in).toBe(60);
    clock.skip(1);
    await expect(held.get('a', { minTtl: 60 })).rejects.toMatchObject({
      code: 'endpoint_unreachable',
    });
  });

  const sha256 = (token: string) => hash('sha256', token, 'hex');

  it('are replaced if an API rejects them: the request names them until another one comes', async () => {
    const { held, rejections } = open((call) => (call === 2 ? { access_token: 't1' } : {}));
    const need = { minTtl: 0, rejectedSha256: sha256('t1') };
    await held.get('a', { minTtl: 0 });
    expect((await held.get('a', need)).access_token).toBe('t1');
    expect((await held.get('a', need)).access_token).toBe('t3');
    expect((await held.get('a', { minTtl: 0, fresh: true })).access_token).toBe('t4');
    expect(rejections).toEqual([undefined, sha256('t1'), sha256('t1'), undefined]);
  });

  it('are replaced once for all who report the same rejected one, and no other is dropped', async () => {
    const { held, requests } = open();
    await held.get('a', { minTtl: 0 });
    await held.get('b', { minTtl: 0 });
    const need = { minTtl: 0, rejectedSha256: sha256('t1') };
    const both = await Promise.all([held.get('a', need), held.get('a', need)]);
    both.push(await held.get('a', need), await held.get('b', { minTtl: 0 }));
    expect(both.map(({ access_token }) => access_token)).toEqual(['t3', 't3', 't3', 't2']);
    expect(requests).toHaveLength(3);
  });

  it('are requested once more if a renewal brings the one that was rejected meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    const named: (string | undefined)[] = [];
    const { clock, requests } = open();
    const held = new HeldTokens(async (_form, { rejectedSha256 }) => {
      named.push(rejectedSha256);
      if (named.length === 1) await gate.promise;
      return {
        access_token: named.length === 1 ? 'dead' : 'alive',
        token_type: 'Bearer',
        expires_in: 3_600,
        scope: '',
        expires_at: 3_600,
        issued_at: 0,
        credential: 'a/b',
        mint_id: 'm',
        vend_id: 'v',
        source: 'cached',
      };
    }, clock);
    const renewal = held.get('a', { minTtl: 0 });
    const after = held.get('a', { minTtl: 0, rejectedSha256: sha256('dead') });
    gate.resolve();
    expect((await renewal).access_token).toBe('alive');
    expect((await after).access_token).toBe('alive');
    expect([named, requests]).toEqual([[undefined, sha256('dead')], []]);
  });

  it('are dropped if they are revoked, and no others are', async () => {
    const { held, requests } = open();
    await held.get('a', { minTtl: 60 });
    await held.get('b', { minTtl: 60 });
    held.forget('t1');
    expect((await held.get('a', { minTtl: 60 })).access_token).toBe('t3');
    expect((await held.get('b', { minTtl: 60 })).access_token).toBe('t2');
    expect(requests).toHaveLength(3);
  });
});
