import { type AllowedRequest, mintToken } from './mint-token.ts';
import type { RequestContext } from './request-context.ts';
import { isPassing } from './retry.ts';
import { type MintedToken, tokenCacheKey } from './token-cache.ts';
import { VendError } from './vend-error.ts';
import type { Vending } from './vending.ts';

export interface Obtained {
  readonly token: MintedToken;
  /** `minted` for the one caller whose request caused the mint. */
  readonly source: 'minted' | 'cached';
}

const MINT_TIMEOUT = 8_000;
// A caller that could have a valid token at once must not wait long for a fresher one.
const RENEWAL_TIMEOUT = 3_000;

/**
 * A token that lives at least `min_ttl`: the shared one while it does, a new one otherwise. In the refresh window one
 * caller renews ahead of expiry, and takes the still-valid token where that fails for a passing reason.
 *
 * @throws VendError `min_ttl_unsatisfiable` with the lifetime that the server grants, and the errors of {@link mintToken}
 */
export async function obtainToken(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
): Promise<Obtained> {
  const { tokens, mints } = vending;
  const { minTtl } = allowed.asked;
  const key = tokenCacheKey(allowed.credential, allowed.grant, context.caller);
  const cached = tokens.find(key, minTtl);
  const renewing = mints.has(key);
  if (cached !== undefined && (renewing || !tokens.needsRefresh(key)))
    return { token: cached, source: 'cached' };

  const timeout = cached === undefined ? MINT_TIMEOUT : RENEWAL_TIMEOUT;
  const recent = tokens.findRecent(key);
  // Some of its life is always over at the hand-over, so a whole lifetime of min_ttl is not enough.
  if (cached === undefined && recent !== undefined && lifetimeOf(recent) <= minTtl)
    throw unsatisfiable(recent);
  try {
    const mint = () => mintToken(vending, context, allowed, timeout);
    const token = await mints.run(key, context.signal, mint);
    throwIfShortLived(vending, token, minTtl);
    return { token, source: renewing ? 'cached' : 'minted' };
  } catch (error) {
    if (cached === undefined || !isPassing(VendError.from(error))) throw error;
    tokens.postponeRefresh(key);
    return { token: cached, source: 'cached' };
  }
}

function throwIfShortLived({ tokens }: Vending, token: MintedToken, minTtl: number): void {
  if (!tokens.livesFor(token, minTtl)) throw unsatisfiable(token);
}

function unsatisfiable(token: MintedToken): VendError {
  const lifetime = lifetimeOf(token);
  return new VendError('min_ttl_unsatisfiable', {
    says: `A fresh token of this credential lives ${lifetime} s, which is less than min_ttl.`,
    advice: `Ask for a min_ttl of less than ${lifetime}, or have the lifetime raised at the authorization server.`,
  });
}

/** Whole seconds from its issue. */
function lifetimeOf({ issuedAt, expiresAt }: MintedToken): number {
  return Math.floor((expiresAt - issuedAt) / 1000);
}
