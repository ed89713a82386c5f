import type { Clock } from '../time/clock.ts';
import {
  type AttemptOutcome,
  InterruptibleCalls,
  type Send,
  type Write,
} from './interruptible-calls.ts';
import { SecretsError, WriteUnconfirmed } from './secret-errors.ts';

/** {@link InterruptibleCalls} of Secrets Manager: a write is named by its operation and secret. */
export class OperatorCalls {
  readonly #calls: InterruptibleCalls;

  constructor(stop: AbortSignal, clock: Clock) {
    this.#calls = new InterruptibleCalls({ clock, stop, outcomeOf });
  }

  async read<T>(send: Send<T>): Promise<T> {
    return await this.#calls.read(send);
  }

  /**
   * @param operation of the Secrets Manager API: `CreateSecret`
   * @throws WriteUnconfirmed if it may have been carried out
   */
  async write<T>(operation: string, name: string, send: Send<T>): Promise<T> {
    return await this.#calls.write(unconfirmedWrite(operation, name, send));
  }

  /** A write that completes or reverts an earlier one. It is also sent after an interrupt. */
  async finish<T>(operation: string, name: string, send: Send<T>): Promise<T> {
    return await this.#calls.finish(unconfirmedWrite(operation, name, send));
  }

  close(): void {
    this.#calls.close();
  }
}

function unconfirmedWrite<T>(operation: string, name: string, send: Send<T>): Write<T> {
  return {
    send,
    // If the secret does not exist, no write is open, whatever earlier attempts returned.
    unconfirmed: (cause) =>
      isMissing(cause) ? cause : new WriteUnconfirmed(operation, name, cause),
  };
}

function outcomeOf(error: unknown): AttemptOutcome {
  if (!(error instanceof SecretsError)) return 'no response';
  return error.status < 500 ? 'refused' : 'failed';
}

/** What a call returns; `undefined` if the secret does not exist. */
export async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): error is SecretsError {
  return error instanceof SecretsError && error.exception === 'ResourceNotFoundException';
}
