import type { Clock } from '../time/clock.ts';
import { LateSignal } from '../time/late-signal.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { WRITE_GRACE } from '../time/time-budget.ts';
import type { CallOptions } from './secrets-api.ts';

/** Makes one call with the options that it is given. */
export type Send<T> = (options: CallOptions) => Promise<T>;

/**
 * What the error of an attempt says about a write. After `refused`, nothing was done. After
 * `failed` (an error inside the service) and after `no response`, the write may have been carried
 * out.
 */
export type AttemptOutcome = 'refused' | 'failed' | 'no response';

export interface Write<T> {
  readonly send: Send<T>;
  /**
   * The error if the write was sent and may have been carried out.
   *
   * @param cause of the last attempt, if that ended
   */
  readonly unconfirmed: (cause?: unknown) => Error;
}

interface Options {
  readonly clock: Clock;
  /** Aborts at the first interrupt. */
  readonly stop: AbortSignal;
  readonly outcomeOf: (error: unknown) => AttemptOutcome;
}

/**
 * Calls of a service that the user may interrupt. After the interrupt, reads and waits end at once
 * and nothing new is sent. A write that was already sent is waited for up to 10 s, because the
 * service carries it out in any case.
 */
export class InterruptibleCalls {
  readonly #options: Options;
  readonly #late: LateSignal;

  constructor(options: Options) {
    this.#options = options;
    const { clock, stop } = options;
    this.#late = new LateSignal(clock, stop, WRITE_GRACE, () => new Error('the time is over'));
  }

  /** @throws the reason of `stop` as soon as it aborts; what the call throws */
  async read<T>(send: Send<T>): Promise<T> {
    const { stop } = this.#options;
    stop.throwIfAborted();
    try {
      return await leaveOnAbort(send({ signal: stop }), stop);
    } catch (error) {
      stop.throwIfAborted();
      throw error;
    }
  }

  /**
   * @throws the reason of `stop` if nothing was sent; `unconfirmed` if the service may have carried
   *   it out; what the call throws, if the service refused it, or if the last attempt had no
   *   response and nobody interrupted
   */
  async write<T>({ send, unconfirmed }: Write<T>): Promise<T> {
    const { stop, outcomeOf } = this.#options;
    stop.throwIfAborted();
    const leave = new AbortController();
    let underWay = false;
    // If one attempt may have been carried out, the write is open, whatever the outcome of the next
    // attempt.
    let open = false;
    // While the call waits for credentials or for its next attempt, no write is under way.
    const onStop = () => {
      if (!underWay) leave.abort(open ? unconfirmed() : stop.reason);
    };
    const onLate = () => leave.abort(unconfirmed());
    const attempts = {
      sent: () => {
        underWay = true;
      },
      failed: (error: unknown) => {
        underWay = false;
        open ||= outcomeOf(error) !== 'refused';
        // Else the call would retry.
        if (stop.aborted) leave.abort(open ? unconfirmed(error) : error);
      },
    };
    stop.addEventListener('abort', onStop);
    this.#late.signal.addEventListener('abort', onLate);
    const call = send({ signal: leave.signal, attempts }).catch((error) => {
      throw open && outcomeOf(error) !== 'no response' ? unconfirmed(error) : error;
    });
    try {
      return await leaveOnAbort(call, leave.signal);
    } finally {
      stop.removeEventListener('abort', onStop);
      this.#late.signal.removeEventListener('abort', onLate);
    }
  }

  /**
   * A write that completes or reverts an earlier one. It is also sent after the interrupt, within
   * the same 10 s.
   *
   * @throws `unconfirmed`; what the call throws
   */
  async finish<T>({ send, unconfirmed }: Write<T>): Promise<T> {
    const { signal } = this.#late;
    if (signal.aborted) throw unconfirmed();
    try {
      return await leaveOnAbort(send({ signal }), signal);
    } catch (error) {
      if (signal.aborted) throw unconfirmed();
      throw this.#options.outcomeOf(error) === 'failed' ? unconfirmed(error) : error;
    }
  }

  /** Ends the timer. */
  close(): void {
    this.#late[Symbol.dispose]();
  }
}
