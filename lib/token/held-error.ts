import type { Clock } from '../time/clock.ts';
import { ERROR_HELD_FOR } from '../time/time-budget.ts';

/**
 * An error that is thrown again for 30 s, so that a wrong secret is not presented with every
 * request.
 */
export class HeldError {
  readonly #clock: Pick<Clock, 'now'>;
  #held: { readonly error: unknown; readonly until: number } | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get isHeld(): boolean {
    return this.#held !== undefined && this.#clock.now() < this.#held.until;
  }

  hold(error: unknown): void {
    this.#held = { error, until: this.#clock.now() + ERROR_HELD_FOR };
  }

  forget(): void {
    this.#held = undefined;
  }

  /** @throws the held error */
  throwIfHeld(): void {
    if (this.isHeld) throw this.#held?.error;
  }
}
