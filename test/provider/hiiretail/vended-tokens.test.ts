import { describe, expect, it } from '@jest/globals';
import type { TokenOptions } from '../../../client/token-client.ts';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import type { VendedToken } from '../../../lib/http/wire.ts';
import { openVendedTokens } from '../../../provider/hiiretail/vended-tokens.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const vended: VendedToken = {
  access_token: 'fresh',
  token_type: 'Bearer',
  expires_in: 300,
  scope: '',
  expires_at: 4_300,
  issued_at: 700,
  credential: 'team/iam',
  mint_id: 'm',
  vend_id: 'v',
  source: 'cached',
};

type Respond = (options: TokenOptions) => VendedToken | Promise<VendedToken>;
type Revoke = (signal: AbortSignal | undefined) => Promise<void>;

/** Ends only with the signal, like an endpoint that hangs. */
function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', () => reject(signal.reason));
  });
}

function open(revoke: Revoke, respond: Respond = () => vended) {
  const clock = new FakeClock();
  const begin = clock.now();
  const requested: TokenOptions[] = [];
  const revoked: string[] = [];
  const client = {
    getToken: async (options: TokenOptions) => {
      requested.push(options);
      return await respond(options);
    },
    revoke: async (credential: string, token: string, signal?: AbortSignal) => {
      revoked.push(`${credential} ${token}`);
      await revoke(signal);
      return undefined;
    },
  };
  const settings = { credential: 'team/iam', minTtl: 60 };
  const fetchToken = openVendedTokens(client, settings, clock);
  const seconds = () => (clock.now() - begin) / 1000;
  return { requested, revoked, clock, begin, seconds, fetchToken };
}

describe('tokens from a token-vending endpoint', () => {
  it('are fetched without the cache of the client, and expire as the response says', async () => {
    const { requested, revoked, begin, fetchToken } = open(async () => undefined);
    expect(await fetchToken(undefined)).toEqual({
      accessToken: 'fresh',
      expiresAt: begin + 300_000,
      lifetime: 3_600_000,
    });
    expect(requested).toMatchObject([{ credential: 'team/iam', minTtl: 60, fresh: true }]);
    expect(revoked).toEqual([]);
  });

  it('are requested with the one that the API rejected, which the endpoint does not return again', async () => {
    const { requested, revoked, fetchToken } = open(async () => undefined);
    expect((await fetchToken('stale')).accessToken).toBe('fresh');
    expect(requested).toMatchObject([{ minTtl: 60, rejected: 'stale', fresh: true }]);
    expect(revoked).toEqual([]);
  });

  /** An older endpoint, which returns the rejected token until it is revoked. */
  const untilRevoked = (): Respond => {
    let requests = 0;
    return () => {
      requests += 1;
      return { ...vended, access_token: requests === 1 ? 'stale' : 'fresh' };
    };
  };

  it('are revoked first at an older endpoint, which returns a rejected one again', async () => {
    const { revoked, fetchToken } = open(async () => undefined, untilRevoked());
    expect((await fetchToken('stale')).accessToken).toBe('fresh');
    expect(revoked).toEqual(['team/iam stale']);
  });

  it('are fetched also if policy permits no revocation', async () => {
    const { fetchToken } = open(async () => {
      throw new TokenVendingError('policy_denied');
    }, untilRevoked());
    expect((await fetchToken('stale')).accessToken).toBe('fresh');
  });

  it('must outlive a rejected one that another process of the endpoint still returns', async () => {
    const { requested, fetchToken } = open(
      async () => undefined,
      ({ minTtl = 0 }) => ({ ...vended, access_token: minTtl > 300 ? 'fresh' : 'stale' }),
    );
    expect((await fetchToken('stale')).accessToken).toBe('fresh');
    expect(requested.map(({ minTtl }) => minTtl)).toEqual([60, 60, 301]);
  });

  it.each(['min_ttl_unsatisfiable', 'policy_denied'] as const)(
    'stay the rejected one if none outlives it (%s), which the caller reports',
    async (code) => {
      const { fetchToken } = open(
        async () => undefined,
        ({ minTtl = 0 }) => {
          if (minTtl > 300) throw new TokenVendingError(code);
          return { ...vended, access_token: 'stale' };
        },
      );
      expect((await fetchToken('stale')).accessToken).toBe('stale');
    },
  );

  it('fail with the error of the endpoint if the second request fails', async () => {
    const { fetchToken } = open(
      async () => undefined,
      ({ minTtl = 0 }) => {
        if (minTtl > 300) throw new TokenVendingError('endpoint_unreachable');
        return { ...vended, access_token: 'stale' };
      },
    );
    await expect(fetchToken('stale')).rejects.toMatchObject({ code: 'endpoint_unreachable' });
  });

  it('take two minutes at most, including a revocation and a second request', async () => {
    let requests = 0;
    const { clock, seconds, fetchToken } = open(hang, async ({ signal }) => {
      requests += 1;
      return requests < 3 ? { ...vended, access_token: 'stale' } : await hang(signal);
    });
    const work = clock.runUntilDone(fetchToken('stale'));
    await expect(work).rejects.toMatchObject({ code: 'endpoint_timeout' });
    expect([seconds(), requests]).toEqual([120, 3]);
  });

  it('are fetched also if the revocation hangs, which gets a third of the time', async () => {
    const { clock, seconds, fetchToken } = open(hang, untilRevoked());
    expect((await clock.runUntilDone(fetchToken('stale'))).accessToken).toBe('fresh');
    expect(seconds()).toBe(40);
  });

  it('do not hide a bug behind a failed revocation', async () => {
    const { fetchToken } = open(async () => {
      throw new TypeError('a bug');
    }, untilRevoked());
    await expect(fetchToken('stale')).rejects.toThrow('a bug');
  });
});
