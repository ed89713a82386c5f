import { openExchange } from '../../client/exchange.ts';
import { TokenClient } from '../../client/token-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { openAwsIdentity } from '../configuration/aws-identity.ts';
import { trustCertificates } from '../configuration/trusted-certificates.ts';
import type { VendedSettings } from './settings-vended.ts';
import type { FetchToken } from './token-source.ts';

export interface VendedOptions {
  readonly settings: VendedSettings;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly maxRetries: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** Milliseconds for all attempts at one token and the waits between them. */
const TOKEN_BUDGET = 120_000;

/** A client of the endpoint that signs with the identity of the run. No network is used before its first request. */
export function openVendingClient(options: VendedOptions): TokenClient {
  const { settings, timeout, maxRetries, environment } = options;
  const { endpoint, region } = settings;
  return new TokenClient({
    endpoint,
    region,
    timeout,
    maxRetries,
    budget: TOKEN_BUDGET,
    credentials: openAwsIdentity(settings, () => trustCertificates(undefined)),
    exchange: openExchange(environment),
  });
}

/**
 * Tokens from a token-vending endpoint. It shares tokens, so one that the API rejected would come again: it is revoked first, which
 * evicts it there.
 *
 * @throws TokenVendingError, from the function that it answers
 */
export function openVendedTokens(
  client: Pick<TokenClient, 'getToken' | 'revoke'>,
  { credential, minTtl }: Pick<VendedSettings, 'credential' | 'minTtl'>,
  now: () => number = Date.now,
): FetchToken {
  return async (rejected) => {
    if (rejected !== undefined) await evict(client, credential, rejected);
    const requestedAt = now();
    // `fresh` passes by the client's own memory: this source has one already.
    const token = await client.getToken({ credential, minTtl, fresh: true });
    return {
      accessToken: token.access_token,
      expiresAt: requestedAt + token.expires_in * 1000,
    };
  };
}

// Policy may let a team have tokens and not revoke them. Then the endpoint's own renewal is what remains.
async function evict(
  client: Pick<TokenClient, 'revoke'>,
  credential: string,
  token: string,
): Promise<void> {
  try {
    await client.revoke(credential, token);
  } catch (error) {
    if (!(error instanceof TokenVendingError)) throw error;
  }
}
