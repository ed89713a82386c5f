import type { SecretVersions } from '../credential/secret-versions.ts';
import type { Credential } from '../credential/source.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import { withinCeiling } from '../grant/ceiling.ts';
import type { FailedRequest } from '../metrics/report-error.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { SingleFlight } from '../time/single-flight.ts';
import { RENEWAL_PATIENCE, SHORTEST_PATIENCE } from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import { tokenCacheKey } from '../token/cache-key.ts';
import type { MintedToken } from '../token/minted-token.ts';
import { isRefusal } from '../token/refusal.ts';
import { ReplacementPace } from '../token/replacement-pace.ts';
import type { AllowedRequest } from './allowed-request.ts';
import type { Authorizer } from './authorizer.ts';
import type { Mint, Minter } from './minter.ts';
import { NextToken } from './next-token.ts';
import type { RequestContext } from './request-context.ts';
import { presenterFor, type UsableCredentials } from './usable-credentials.ts';

export interface Obtained {
  readonly token: MintedToken;
  /** `minted` only for the caller whose request caused the mint. */
  readonly source: 'minted' | 'cached';
  /**
   * The allowed request in its final form. If a rotation changed the document, policy decided
   * again.
   */
  readonly allowed: AllowedRequest;
}

export interface ObtainerParts {
  readonly clock: Clock;
  readonly authorizer: Pick<Authorizer, 'authorizeEffective'>;
  readonly usable: Pick<UsableCredentials, 'admit'>;
  readonly versions: Pick<SecretVersions, 'choose'>;
  readonly tokens: TokenCache;
  readonly minter: Pick<Minter, 'mint'>;
  readonly reportError: (error: VendError, request: FailedRequest) => void;
}

/**
 * Tokens for requests that are allowed: the shared token while it lives long enough, else a new
 * one.
 */
export class Obtainer {
  readonly #parts: ObtainerParts;
  readonly #mints = new SingleFlight<Mint>();
  readonly #next: NextToken;
  readonly #pace: ReplacementPace;

  constructor(parts: ObtainerParts) {
    this.#parts = parts;
    this.#next = new NextToken(parts.clock, parts.tokens);
    this.#pace = new ReplacementPace(parts.clock);
  }

  /**
   * A token that lives at least `min_ttl`. In the refresh window one caller renews ahead of expiry.
   * If that fails or takes too long, the caller gets the cached token if it still lives long
   * enough, unless the server refused the client or the credential was disabled.
   *
   * @throws VendError `min_ttl_unsatisfiable` with the lifetime that the server grants;
   *   `budget_exhausted` if rejected tokens were replaced too often; the errors of
   *   {@link Minter.mint}
   */
  async obtain(context: RequestContext, allowed: AllowedRequest): Promise<Obtained> {
    const { versions, usable, tokens, reportError } = this.#parts;
    const fresh = this.#findFresh(context, allowed);
    if (fresh !== undefined) return fresh;
    const presenter = presenterFor(usable, context);
    try {
      const chosen = await versions.choose(allowed.credential, 'token', presenter);
      return await this.#mintOrJoin(context, await this.#allowWith(context, allowed, chosen));
    } catch (thrown) {
      const error = VendError.from(thrown);
      const held = this.#findHeld(context, allowed);
      if (held === undefined || isRefusal(error)) throw error;
      const { credential: name } = allowed.access;
      reportError(error, { requestId: context.http.requestId, credential: name });
      tokens.postponeRefresh(keyOf(context, allowed));
      return held;
    }
  }

  async #mintOrJoin(
    context: RequestContext,
    allowed: AllowedRequest,
    mayTryAgain = true,
  ): Promise<Obtained> {
    const fresh = this.#findFresh(context, allowed);
    if (fresh !== undefined) return fresh;
    const key = keyOf(context, allowed);
    const held = this.#findHeld(context, allowed);
    const { minTtl } = allowed.requested;
    if (held === undefined && (await this.#next.mayBeMinted(context, key, minTtl)))
      return await this.#mintOrJoin(context, allowed, mayTryAgain);
    const joined = this.#mints.has(key);
    using patience = held && this.#patienceWith(held, context.signal);
    const replaces =
      held === undefined && !joined && allowed.requested.rejectedTokenSha256 !== undefined;
    const run = () =>
      this.#mints.run(key, patience?.signal ?? context.signal, (flight) =>
        this.#parts.minter.mint(context, allowed, flight, patience),
      );
    let mint: Mint;
    try {
      mint = await (replaces ? this.#pace.replace(allowed.access.credential, run) : run());
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = VendError.from(thrown);
      if (joined && mayTryAgain && isAboutWhoBegan(error))
        return await this.#mintOrJoin(context, allowed, false);
      if (this.#findHeld(context, allowed) !== undefined) throw error;
      await this.#next.afterError(context, key, error);
      return await this.#mintOrJoin(context, allowed, mayTryAgain);
    }
    return await this.#take(context, allowed, mint, joined ? 'cached' : 'minted', mayTryAgain);
  }

  /**
   * If a token was minted with another version of the secret, this caller gets it only if the
   * request is allowed with that version too.
   */
  async #take(
    context: RequestContext,
    allowed: AllowedRequest,
    { token, credential, key }: Mint,
    source: Obtained['source'],
    isFirst: boolean,
  ): Promise<Obtained> {
    const now = await this.#allowWith(context, allowed, credential);
    if (keyOf(context, now) !== key) return await this.#mintOrJoin(context, now, false);
    const { minTtl } = now.requested;
    if (this.#parts.tokens.livesFor(token, minTtl)) return { token, source, allowed: now };
    const held = this.#findHeld(context, now);
    if (held !== undefined) return held;
    await this.#next.afterMint(context, token, minTtl, isFirst);
    return await this.#mintOrJoin(context, now, false);
  }

  /**
   * The request with another version of the credential: within its ceiling, and allowed by policy
   * in that form.
   */
  async #allowWith(
    context: RequestContext,
    allowed: AllowedRequest,
    credential: Credential,
  ): Promise<AllowedRequest> {
    if (credential.versionId === allowed.credential.versionId) return allowed;
    const { requested } = allowed;
    const grant = withinCeiling(requested, credential.document);
    const access = await this.#parts.authorizer.authorizeEffective(context, allowed.access, {
      ...requested,
      ...grant,
    });
    return { access, requested, credential, grant };
  }

  #findHeld(
    context: RequestContext,
    allowed: AllowedRequest,
    key = keyOf(context, allowed),
  ): Obtained | undefined {
    const token = this.#parts.tokens.find(key, allowed.requested.minTtl);
    return token && { token, source: 'cached', allowed };
  }

  /** The cached token, if it needs no renewal or is already being renewed. */
  #findFresh(context: RequestContext, allowed: AllowedRequest): Obtained | undefined {
    const key = keyOf(context, allowed);
    const due = this.#parts.tokens.needsRefresh(key, allowed.requested.minTtl);
    return due && !this.#mints.has(key) ? undefined : this.#findHeld(context, allowed, key);
  }

  // Half of the usable time of the cached token. The other half is for the audit record and the
  // response. A token that ends in a moment is not worth going back to: its caller waits for the
  // new one.
  #patienceWith({ token, allowed }: Obtained, signal: AbortSignal): Deadline | undefined {
    const { clock, tokens } = this.#parts;
    const half = tokens.usableFor(token, allowed.requested.minTtl) / 2;
    if (half < SHORTEST_PATIENCE) return undefined;
    return new Deadline(clock, Math.min(RENEWAL_PATIENCE, half), upstreamTimeout, signal);
  }
}

function keyOf({ caller }: RequestContext, { credential, grant }: AllowedRequest): string {
  return tokenCacheKey(credential, grant, caller);
}

const ABOUT_WHO_BEGAN = ['upstream_timeout', 'scope_refused', 'target_refused', 'budget_exhausted'];

// The caller that started a joined mint may have had less time or budget left, or may have lost
// access since.
function isAboutWhoBegan({ code, final }: VendError): boolean {
  return ABOUT_WHO_BEGAN.includes(code) || final;
}
