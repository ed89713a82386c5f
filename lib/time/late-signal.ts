import type { Clock } from './clock.ts';

/** A signal that aborts a while after another one, so that what is under way may end by itself. */
export class LateSignal {
  readonly signal: AbortSignal;
  readonly #cancel: () => void;

  /**
   * @param early the other one; if it has aborted already, the time begins now
   * @param reason what waits under this signal fails with
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

  /** Ends listener and timer; the signal then never aborts. */
  [Symbol.dispose](): void {
    this.#cancel();
  }
}
