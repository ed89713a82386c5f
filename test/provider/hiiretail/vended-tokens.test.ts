import { describe, expect, it } from '@jest/globals';
import type { TokenOptions } from '../../../client/token-client.ts';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import type { TokenAnswer } from '../../../lib/wire.ts';
import { openVendedTokens } from '../../../provider/hiiretail/vended-tokens.ts';

const answer: TokenAnswer = {
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

type Answers = (options: TokenOptions) => TokenAnswer;

function open(revoke: () => Promise<void>, answers: Answers = () => answer) {
  const asked: TokenOptions[] = [];
  const revoked: string[] = [];
  const client = {
    getToken: async (options: TokenOptions) => {
      asked.push(options);
      return answers(options);
    },
    revoke: async (credential: string, token: string) => {
      revoked.push(`${credential} ${token}`);
      await revoke();
    },
  };
  const settings = { credential: 'team/iam', minTtl: 60 };
  return { asked, revoked, fetchToken: openVendedTokens(client, settings, () => 1_000_000) };
}

describe('tokens from a token-vending endpoint', () => {
  it('are asked for past the memory of the client, and live as long as the answer says', async () => {
    const { asked, revoked, fetchToken } = open(async () => undefined);
    expect(await fetchToken(undefined)).toEqual({
      accessToken: 'fresh',
      expiresAt: 1_300_000,
      lifetime: 3_600_000,
    });
    expect(asked).toEqual([{ credential: 'team/iam', minTtl: 60, fresh: true }]);
    expect(revoked).toEqual([]);
  });

  it('are revoked at the endpoint first where the API rejected one, since it would hand it out again', async () => {
    const { revoked, fetchToken } = open(async () => undefined);
    await fetchToken('stale');
    expect(revoked).toEqual(['team/iam stale']);
  });

  it('come also where policy lets nobody revoke them', async () => {
    const { fetchToken } = open(async () => {
      throw new TokenVendingError('policy_denied');
    });
    expect((await fetchToken('stale')).accessToken).toBe('fresh');
  });

  it('must outlive a rejected one that another process of the endpoint still hands out', async () => {
    const { asked, fetchToken } = open(
      async () => undefined,
      ({ minTtl = 0 }) => ({ ...answer, access_token: minTtl > 300 ? 'fresh' : 'stale' }),
    );
    expect((await fetchToken('stale')).accessToken).toBe('fresh');
    expect(asked.map(({ minTtl }) => minTtl)).toEqual([60, 301]);
  });

  it.each(['min_ttl_unsatisfiable', 'policy_denied'] as const)(
    'stay the rejected one where none outlives it (%s), for the caller to say so',
    async (code) => {
      const { fetchToken } = open(
        async () => undefined,
        ({ minTtl = 0 }) => {
          if (minTtl > 300) throw new TokenVendingError(code);
          return { ...answer, access_token: 'stale' };
        },
      );
      expect((await fetchToken('stale')).accessToken).toBe('stale');
    },
  );

  it('fail with the failure of the endpoint where it cannot be asked a second time', async () => {
    const { fetchToken } = open(
      async () => undefined,
      ({ minTtl = 0 }) => {
        if (minTtl > 300) throw new TokenVendingError('endpoint_unreachable');
        return { ...answer, access_token: 'stale' };
      },
    );
    await expect(fetchToken('stale')).rejects.toMatchObject({ code: 'endpoint_unreachable' });
  });

  it('do not hide a bug behind a failed revocation', async () => {
    const { fetchToken } = open(async () => {
      throw new TypeError('a bug');
    });
    await expect(fetchToken('stale')).rejects.toThrow('a bug');
  });
});
