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
  expires_at: 0,
  issued_at: 0,
  credential: 'team/iam',
  mint_id: 'm',
  vend_id: 'v',
  source: 'cached',
};

function open(revoke: () => Promise<void>) {
  const asked: TokenOptions[] = [];
  const revoked: string[] = [];
  const client = {
    getToken: async (options: TokenOptions) => {
      asked.push(options);
      return answer;
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
    expect(await fetchToken(undefined)).toEqual({ accessToken: 'fresh', expiresAt: 1_300_000 });
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

  it('do not hide a bug behind a failed revocation', async () => {
    const { fetchToken } = open(async () => {
      throw new TypeError('a bug');
    });
    await expect(fetchToken('stale')).rejects.toThrow('a bug');
  });
});
