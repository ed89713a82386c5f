import { TokenClient } from '../../client/token-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { openHttpsTransport } from '../../lib/http/https-transport.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { EVICTION_BUDGET, TOKEN_BUDGET } from '../../lib/time/time-budget.ts';
import type { LivingToken } from '../../lib/token/living-token.ts';
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

/** The rejected token is as young as they get, or policy allows none that must live longer. */
const LONGER_LIFETIME_REFUSALS: ReadonlySet<string> = new Set([
  'min_ttl_unsatisfiable',
  'policy_denied',
]);

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
    transport: openHttpsTransport({ environment }),
  });
}

/**
 * Tokens from a token-vending endpoint. It shares tokens, so one that the API rejected would come again: it is revoked first, which
 * evicts it from the process of the endpoint that answers. Where another process answers with it, one that must live longer is asked
 * for, which the rejected one cannot be.
 *
 * @throws TokenVendingError, from the function that it answers
 */
export function openVendedTokens(
  client: Pick<TokenClient, 'getToken' | 'revoke'>,
  settings: Pick<VendedSettings, 'credential' | 'minTtl'>,
  clock: Clock,
): FetchToken {
  return async (rejected) => {
    using deadline = new Deadline(clock, TOKEN_BUDGET, timedOut);
    const vending = { client, ...settings, clock, signal: deadline.signal };
    if (rejected === undefined) return await fetchToken(vending, settings.minTtl);
    await evict(vending, rejected);
    return await replace(vending, rejected);
  };
}

interface Vending extends Pick<VendedSettings, 'credential' | 'minTtl'> {
  readonly client: Pick<TokenClient, 'getToken' | 'revoke'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function fetchToken({ client, credential, clock, signal }: Vending, minTtl: number) {
  const requestedAt = clock.now();
  // `fresh` passes by the client's own memory: this source has one already.
  const token = await client.getToken({ credential, minTtl, fresh: true, signal });
  return {
    accessToken: token.access_token,
    expiresAt: requestedAt + token.expires_in * 1000,
    lifetime: (token.expires_at - token.issued_at) * 1000,
  };
}

async function replace(vending: Vending, rejected: string): Promise<LivingToken> {
  const { minTtl, clock } = vending;
  const token = await fetchToken(vending, minTtl);
  if (token.accessToken !== rejected) return token;
  const left = Math.ceil((token.expiresAt - clock.now()) / 1000);
  try {
    return await fetchToken(vending, Math.max(minTtl, left + 1));
  } catch (error) {
    if (error instanceof TokenVendingError && LONGER_LIFETIME_REFUSALS.has(error.code))
      return token;
    throw error;
  }
}

// Policy may let a team have tokens and not revoke them. Then the endpoint's own renewal is what remains.
async function evict({ client, credential, clock, signal }: Vending, token: string): Promise<void> {
  using deadline = new Deadline(clock, EVICTION_BUDGET, timedOut);
  try {
    await client.revoke(credential, token, AbortSignal.any([signal, deadline.signal]));
  } catch (error) {
    if (!(error instanceof TokenVendingError)) throw error;
  }
}

function timedOut(): TokenVendingError {
  return new TokenVendingError('endpoint_timeout');
}
