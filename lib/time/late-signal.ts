import type { Clock } from './clock.ts';

/** A signal that aborts some time after another one, so that work under way may finish. */
export class LateSignal {
  readonly signal: AbortSignal;
  readonly #cancel: () => void;

  /**
   * @param early the other signal; if it has already aborted, the time starts now
   * @param reason error of this signal
   */
  constructor(clock: Clock, early: AbortSignal, milliseconds: number, reason: () => Error) {
    const controller = new AbortController();
    this.signal = controller.signal;
    let cancelTimer: (() => void) | undefined;
    const start = () => {
      cancelTimer = clock.startTimer(milliseconds, () => controller.abort(reason()));
    };
    if (early.aborted) start();
    else early.addEventListener('abort', start, { once: true });
    this.#cancel = () => {
      early.removeEventListener('abort', start);
      cancelTimer?.();
    };
  }

  /** Removes listener and timer; the signal then never aborts. */
  [Symbol.dispose](): void {
    this.#cancel();
  }
}
