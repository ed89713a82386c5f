import type { Clock } from './clock.ts';

/** A point in time at which all work under it ends. It has a signal and the remaining time. */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number;
  readonly #cancel: () => void;
  readonly signal: AbortSignal;

  /**
   * @param reason error of the signal when the time is over
   * @param within ends the deadline early, with its own reason
   */
  constructor(clock: Clock, milliseconds: number, reason: () => Error, within?: AbortSignal) {
    const controller = new AbortController();
    this.#clock = clock;
    this.#at = clock.now() + milliseconds;
    this.#cancel = clock.startTimer(milliseconds, () => controller.abort(reason()));
    this.signal =
      within === undefined ? controller.signal : AbortSignal.any([controller.signal, within]);
  }

  /** Milliseconds left; never negative. */
  get remaining(): number {
    return Math.max(0, this.#at - this.#clock.now());
  }

  /** Ends the timer; the signal then never aborts by itself. */
  [Symbol.dispose](): void {
    this.#cancel();
  }
}
