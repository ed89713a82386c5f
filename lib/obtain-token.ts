import type { Clock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { type AllowedRequest, mintToken } from './mint-token.ts';
import type { RequestContext } from './request-context.ts';
import { isPassing, upstreamTimeout } from './retry.ts';
import { type MintedToken, type TokenCache, tokenCacheKey } from './token-cache.ts';
import { VendError } from './vend-error.ts';
import type { Vending } from './vending.ts';

export interface Obtained {
  readonly token: MintedToken;
  /** `minted` for the one caller whose request caused the mint. */
  readonly source: 'minted' | 'cached';
}

// A caller that could have a valid token at once must not wait long for a fresher one.
const RENEWAL_PATIENCE = 3_000;

/**
 * A token that lives at least `min_ttl`: the shared one while it does, a new one otherwise. In the refresh window one
 * caller renews ahead of expiry. Where that fails for a passing reason, or takes too long, the caller takes the token at
 * hand if that still lives long enough.
 *
 * @throws VendError `min_ttl_unsatisfiable` with the lifetime that the server grants, and the errors of {@link mintToken}
 */
export async function obtainToken(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
): Promise<Obtained> {
  const { clock, tokens, mints } = vending;
  const { minTtl } = allowed.asked;
  const key = tokenCacheKey(allowed.credential, allowed.grant, context.caller);
  const held = tokens.find(key, minTtl);
  const minting = mints.has(key);
  if (held !== undefined && (minting || !tokens.needsRefresh(key, minTtl)))
    return { token: held, source: 'cached' };
  if (held === undefined) throwIfHopeless(tokens, key, minTtl);

  using patience = patienceWith(clock, tokens, held, minTtl, context.signal);
  try {
    const token = await mints.run(key, patience?.signal ?? context.signal, (flight) =>
      mintToken(vending, context, allowed, flight),
    );
    if (!tokens.livesFor(token, minTtl)) throw unsatisfiable(token);
    return { token, source: minting ? 'cached' : 'minted' };
  } catch (error) {
    const stillHeld = held && tokens.find(key, minTtl);
    if (stillHeld === undefined || !leavesTheTokenGood(VendError.from(error))) throw error;
    tokens.postponeRefresh(key);
    return { token: stillHeld, source: 'cached' };
  }
}

function leavesTheTokenGood(error: VendError): boolean {
  return isPassing(error) || error.code === 'min_ttl_unsatisfiable';
}

// Half of the time for which the token at hand is of use: the other half is for the audit record and the response.
function patienceWith(
  clock: Clock,
  tokens: TokenCache,
  held: MintedToken | undefined,
  minTtl: number,
  signal: AbortSignal,
): Deadline | undefined {
  if (held === undefined) return undefined;
  const milliseconds = Math.min(RENEWAL_PATIENCE, tokens.usableFor(held, minTtl) / 2);
  return new Deadline(clock, milliseconds, upstreamTimeout, signal);
}

// A token minted a moment ago that never lived so long: another would not either.
function throwIfHopeless(tokens: TokenCache, key: string, minTtl: number): void {
  const recent = tokens.findRecent(key);
  // Some of its life is always over at the hand-over, so a whole lifetime of min_ttl is not enough.
  if (recent !== undefined && lifetimeOf(recent) <= minTtl) throw unsatisfiable(recent);
}

/** The refusal that states the lifetime that the server grants. */
export function unsatisfiable(token: MintedToken): VendError {
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
