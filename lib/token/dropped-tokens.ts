import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { DROPPED_TOKEN_REMEMBERED_FOR } from '../time/time-budget.ts';

const CREDENTIALS = 1_000;
// Each credential has its own bound, so that a flood of one credential forgets nothing of another.
const TOKENS_OF_A_CREDENTIAL = 100;

/** Tokens that were revoked or rejected here, by SHA-256, each until it would have ended. */
export class DroppedTokens {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #endings = new BoundedMap<string, BoundedMap<string, number>>(CREDENTIALS);

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * @param credential `team/name`
   * @param endsAt milliseconds since the Unix epoch; by default 24 h from now
   */
  add(
    credential: string,
    sha256: string,
    endsAt: number = this.#clock.now() + DROPPED_TOKEN_REMEMBERED_FOR,
  ): void {
    const endings = this.#endings.get(credential) ?? new BoundedMap(TOKENS_OF_A_CREDENTIAL);
    endings.set(sha256, endsAt);
    // Written at each use, so that new credentials do not evict one in use.
    this.#endings.set(credential, endings);
  }

  has({ credential, sha256 }: { readonly credential: string; readonly sha256: string }): boolean {
    const endsAt = this.#endings.get(credential)?.get(sha256);
    return endsAt !== undefined && this.#clock.now() < endsAt;
  }
}
