import type { Clock } from '../time/clock.ts';
import { LateSignal } from '../time/late-signal.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { WRITE_GRACE } from '../time/time-budget.ts';

/** Sends one command with the options that it is given. */
export type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** A command of the AWS SDK, whatever it takes and returns. */
interface Command {
  readonly middlewareStack: {
    add(
      middleware: <A, R>(next: (args: A) => Promise<R>) => (args: A) => Promise<R>,
      options: { step: 'finalizeRequest'; priority: 'low'; name: string },
    ): void;
  };
}

export interface Write<T> {
  readonly command: Command;
  readonly send: Send<T>;
  /** What it fails with if it was sent and no response came. */
  readonly unconfirmed: () => Error;
}

interface Options {
  readonly clock: Clock;
  /** Aborts at the first interrupt. */
  readonly stop: AbortSignal;
  /** Whether an error of the SDK is a response of the service, after which it is known that nothing was done. */
  readonly isResponse: (error: unknown) => boolean;
}

/**
 * Calls of an AWS SDK client that end well when the user interrupts: reads and waits end at once and nothing new is sent, but a write
 * that was sent is waited for up to 10 s, because the service carries it out nevertheless.
 */
export class InterruptibleCalls {
  readonly #options: Options;
  readonly #late: LateSignal;

  constructor(options: Options) {
    this.#options = options;
    const { clock, stop } = options;
    this.#late = new LateSignal(clock, stop, WRITE_GRACE, () => new Error('the time is over'));
  }

  /** @throws the reason of `stop` as soon as it aborts; what the SDK throws */
  async read<T>(send: Send<T>): Promise<T> {
    const { stop } = this.#options;
    stop.throwIfAborted();
    try {
      return await leaveOnAbort(send({ abortSignal: stop }), stop);
    } catch (error) {
      stop.throwIfAborted();
      throw error;
    }
  }

  /** @throws the reason of `stop` if nothing was sent; `unconfirmed`; what the SDK throws */
  async write<T>({ command, send, unconfirmed }: Write<T>): Promise<T> {
    const { stop, isResponse } = this.#options;
    stop.throwIfAborted();
    const leave = new AbortController();
    let underWay = false;
    let lost = false;
    // While the SDK waits, for credentials or for its next attempt, there is nothing to wait for here.
    const onStop = () => {
      if (!underWay) leave.abort(lost ? unconfirmed() : stop.reason);
    };
    const onLate = () => leave.abort(unconfirmed());
    // Each attempt, after it was signed.
    command.middlewareStack.add(
      (next) => async (args) => {
        underWay = true;
        try {
          return await next(args);
        } catch (error) {
          underWay = false;
          lost ||= !isResponse(error);
          // The SDK would try again.
          if (stop.aborted) leave.abort(lost ? unconfirmed() : error);
          throw error;
        }
      },
      { step: 'finalizeRequest', priority: 'low', name: 'waitForWrite' },
    );
    stop.addEventListener('abort', onStop);
    this.#late.signal.addEventListener('abort', onLate);
    try {
      return await leaveOnAbort(send({ abortSignal: leave.signal }), leave.signal);
    } finally {
      stop.removeEventListener('abort', onStop);
      this.#late.signal.removeEventListener('abort', onLate);
    }
  }

  /**
   * A write that completes an earlier one or takes it back. It is sent after the interrupt too, within the same 10 s.
   *
   * @throws `unconfirmed`; what the SDK throws
   */
  async finish<T>({ send, unconfirmed }: Omit<Write<T>, 'command'>): Promise<T> {
    const { signal } = this.#late;
    if (signal.aborted) throw unconfirmed();
    try {
      return await leaveOnAbort(send({ abortSignal: signal }), signal);
    } catch (error) {
      throw signal.aborted ? unconfirmed() : error;
    }
  }

  /** Ends the timer. */
  close(): void {
    this.#late[Symbol.dispose]();
  }
}
