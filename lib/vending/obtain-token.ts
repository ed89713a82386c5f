import { chooseSecret } from '../credential/choose-secret.ts';
import type { Credential } from '../credential/source.ts';
import { VendError } from '../errors/vend-error.ts';
import { Deadline } from '../time/deadline.ts';
import { upstreamTimeout } from '../time/retry.ts';
import { RENEWAL_PATIENCE } from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import { tokenCacheKey } from '../token/cache-key.ts';
import type { MintedToken } from '../token/minted-token.ts';
import { authorizeEffective } from './authorize.ts';
import { withinCeiling } from './ceiling.ts';
import { type AllowedRequest, type Minted, mintToken } from './mint-token.ts';
import type { RequestContext } from './request-context.ts';
import type { Vending } from './vending.ts';

export interface Obtained {
  readonly token: MintedToken;
  /** `minted` for the one caller whose request caused the mint. */
  readonly source: 'minted' | 'cached';
  /** What was allowed in the end: a rotation may have changed the document, and policy was asked about that. */
  readonly allowed: AllowedRequest;
}

/**
 * A token that lives at least `min_ttl`: the shared one while it does, a new one otherwise. In the refresh window one
 * caller renews ahead of expiry. Where that fails, or takes too long, the caller takes the token at hand if that still
 * lives long enough, unless the server refused the client or the credential was switched off.
 *
 * @throws VendError `min_ttl_unsatisfiable` with the lifetime that the server grants, and the errors of {@link mintToken}
 */
export async function obtainToken(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
): Promise<Obtained> {
  const fresh = findFresh(vending, context, allowed);
  if (fresh !== undefined) return fresh;
  const { credential } = allowed;
  try {
    const chosen = await chooseSecret(vending, context, credential, 'token', context.signal);
    return await mintOrJoin(vending, context, await allowWith(vending, context, allowed, chosen));
  } catch (error) {
    const failure = VendError.from(error);
    const held = findHeld(vending, context, allowed);
    if (held === undefined || !leavesTheTokenGood(failure)) throw failure;
    vending.reportFailure(failure, context.http.requestId);
    vending.tokens.postponeRefresh(keyOf(context, allowed));
    return held;
  }
}

async function mintOrJoin(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  mayTryAgain = true,
): Promise<Obtained> {
  const fresh = findFresh(vending, context, allowed);
  if (fresh !== undefined) return fresh;
  const { tokens, mints } = vending;
  const key = keyOf(context, allowed);
  const held = findHeld(vending, context, allowed);
  if (held === undefined) throwIfHopeless(tokens, key, allowed.asked.minTtl);
  const joined = mints.has(key);
  using patience = held && patienceWith(vending, held, context.signal);
  try {
    const minted = await mints.run(key, patience?.signal ?? context.signal, (flight) =>
      mintToken(vending, context, allowed, flight, patience),
    );
    return await take(vending, context, allowed, minted, joined ? 'cached' : 'minted');
  } catch (error) {
    context.signal.throwIfAborted();
    if (!joined || !mayTryAgain || !isAboutWhoBegan(VendError.from(error))) throw error;
    return await mintOrJoin(vending, context, allowed, false);
  }
}

/** A token that was minted with another version of the secret is this caller's only if it would be given that one too. */
async function take(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  { token, credential, key }: Minted,
  source: Obtained['source'],
): Promise<Obtained> {
  const now = await allowWith(vending, context, allowed, credential);
  if (keyOf(context, now) !== key) return await mintOrJoin(vending, context, now, false);
  if (!vending.tokens.livesFor(token, now.asked.minTtl)) throw unsatisfiable(token);
  return { token, source, allowed: now };
}

/** The request with another version of the credential: within its ceiling, and allowed by policy as it then is. */
async function allowWith(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  credential: Credential,
): Promise<AllowedRequest> {
  if (credential.versionId === allowed.credential.versionId) return allowed;
  const { asked } = allowed;
  const grant = withinCeiling(asked, credential.document);
  const effective = { ...asked, ...grant };
  const access = await authorizeEffective(vending, context, allowed.access, effective);
  return { access, asked, credential, grant };
}

function keyOf({ caller }: RequestContext, { credential, grant }: AllowedRequest): string {
  return tokenCacheKey(credential, grant, caller);
}

function findHeld(
  { tokens }: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  key = keyOf(context, allowed),
): Obtained | undefined {
  const token = tokens.find(key, allowed.asked.minTtl);
  return token && { token, source: 'cached', allowed };
}

/** The token at hand where nobody need renew it, or somebody does already. */
function findFresh(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
): Obtained | undefined {
  const key = keyOf(context, allowed);
  const due = vending.tokens.needsRefresh(key, allowed.asked.minTtl) && !vending.mints.has(key);
  return due ? undefined : findHeld(vending, context, allowed, key);
}

function leavesTheTokenGood({ code, row }: VendError): boolean {
  return code !== 'credential_refused' && row.error !== 'access_denied';
}

// A mint that was joined had less time left than who joined it has, or asked for more than it may have by now.
function isAboutWhoBegan({ code, final }: VendError): boolean {
  return ['upstream_timeout', 'scope_refused', 'target_refused'].includes(code) || final;
}

// Half of the time for which the token at hand is of use: the other half is for the audit record and the response.
function patienceWith(
  { clock, tokens }: Vending,
  { token, allowed }: Obtained,
  signal: AbortSignal,
): Deadline {
  const usable = tokens.usableFor(token, allowed.asked.minTtl);
  return new Deadline(clock, Math.min(RENEWAL_PATIENCE, usable / 2), upstreamTimeout, signal);
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
