import { TokenClient, type TokenOptions } from '../../client/token-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
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

/**
 * With these codes the endpoint issues no token that lives longer: the server's lifetimes are too
 * short, or policy denies it.
 */
const LONGER_LIFETIME_REFUSALS: ReadonlySet<string> = new Set([
  'min_ttl_unsatisfiable',
  'policy_denied',
]);

/**
 * A client of the endpoint that signs with the AWS identity of the run. It uses no network before
 * its first request.
 */
export function openVendingClient(options: VendedOptions): TokenClient {
  const { settings, timeout, maxRetries, environment } = options;
  const { endpoint, region, signingService } = settings;
  return new TokenClient({
    endpoint,
    region,
    signingService,
    timeout,
    maxRetries,
    budget: TOKEN_BUDGET,
    credentials: openAwsIdentity(settings, () => trustCertificates(undefined)),
    environment,
  });
}

/**
 * Tokens from a token-vending endpoint.
 *
 * The endpoint shares tokens, so the request names a rejected token, which is then not returned
 * again. An older endpoint returns it all the same. It is then revoked, which evicts it from one
 * process of the endpoint. If another process still returns it, the next request sets a `min_ttl`
 * that the rejected token cannot satisfy.
 *
 * @throws TokenVendingError, from the returned function
 */
export function openVendedTokens(
  client: Pick<TokenClient, 'getToken' | 'revoke'>,
  settings: Pick<VendedSettings, 'credential' | 'minTtl'>,
  clock: Clock,
): FetchToken {
  return async (rejected) => {
    using deadline = new Deadline(clock, TOKEN_BUDGET, timedOut);
    const vending = { client, ...settings, clock, signal: deadline.signal };
    const token = await fetchToken(vending, { minTtl: settings.minTtl, rejected });
    if (rejected === undefined || token.accessToken !== rejected) return token;
    await evict(vending, rejected);
    return await replace(vending, rejected);
  };
}

interface Vending extends Pick<VendedSettings, 'credential' | 'minTtl'> {
  readonly client: Pick<TokenClient, 'getToken' | 'revoke'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function fetchToken(
  { client, credential, clock, signal }: Vending,
  terms: Pick<TokenOptions, 'minTtl' | 'rejected'>,
): Promise<LivingToken> {
  const requestedAt = clock.now();
  // `fresh` bypasses the cache of the client, because this source caches the token itself.
  const token = await client.getToken({ credential, ...terms, fresh: true, signal });
  return {
    accessToken: token.access_token,
    expiresAt: requestedAt + token.expires_in * 1000,
    lifetime: (token.expires_at - token.issued_at) * 1000,
  };
}

async function replace(vending: Vending, rejected: string): Promise<LivingToken> {
  const { minTtl = 0, clock } = vending;
  const token = await fetchToken(vending, { minTtl });
  if (token.accessToken !== rejected) return token;
  const left = Math.ceil((token.expiresAt - clock.now()) / 1000);
  try {
    return await fetchToken(vending, { minTtl: Math.max(minTtl, left + 1) });
  } catch (error) {
    if (error instanceof TokenVendingError && LONGER_LIFETIME_REFUSALS.has(error.code))
      return token;
    throw error;
  }
}

// Policy may permit a team to vend tokens and not to revoke them. Then only the renewal of the
// endpoint replaces the token.
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
