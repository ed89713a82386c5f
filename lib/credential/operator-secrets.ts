import type { Clock } from '../time/clock.ts';
import {
  type AttemptOutcome,
  InterruptibleCalls,
  type Send,
  type Write,
} from './interruptible-calls.ts';
import { SecretsError, WriteUnconfirmed } from './secret-errors.ts';
import type {
  NewSecret,
  SecretDescription,
  SecretsApi,
  SecretValue,
  StageMove,
  WrittenVersion,
} from './secrets-api.ts';
import type { SecretsManagerOptions } from './secrets-manager.ts';

export interface StoredSecret extends SecretValue {
  readonly kmsKeyId: string | undefined;
}

/**
 * Secrets of credential documents, with the permissions of the operator. Unlike the function, it
 * writes.
 *
 * Every operation throws {@link SecretsError}, or the reason of `signal` as soon as it aborts. A
 * write that was already sent is waited for up to 10 s, and throws {@link WriteUnconfirmed} after
 * that. A write that may have been carried out although the response is an error throws it too.
 */
export class OperatorSecrets {
  readonly #api: SecretsApi;
  readonly #calls: InterruptibleCalls;

  constructor(api: SecretsApi, stop: AbortSignal, clock: Clock) {
    this.#api = api;
    this.#calls = new InterruptibleCalls({ clock, stop, outcomeOf });
  }

  /**
   * Opens Secrets Manager. The SDK is loaded here, so that a command without secrets starts faster.
   */
  static async open(
    options: SecretsManagerOptions,
    signal: AbortSignal,
    clock: Clock,
  ): Promise<OperatorSecrets> {
    const { openSecretsApi } = await import('./secrets-manager.ts');
    return new OperatorSecrets(openSecretsApi(options), signal, clock);
  }

  async create(secret: NewSecret): Promise<WrittenVersion> {
    return await this.#write('CreateSecret', secret.name, (call) => this.#api.create(secret, call));
  }

  /**
   * Writes a version.
   *
   * @param stage `AWSPENDING` for a version that is not used yet
   */
  async put(
    name: string,
    text: string,
    stage: StageMove['stage'] = 'AWSCURRENT',
  ): Promise<WrittenVersion> {
    return await this.#write('PutSecretValue', name, (call) =>
      this.#api.put(name, text, stage, call),
    );
  }

  /**
   * Makes a pending version the current one. The version that was current gets the stage
   * `AWSPREVIOUS`. The version keeps `AWSPENDING` too, until {@link abandon}.
   */
  async promote(name: string, versionId: string, currentVersionId: string): Promise<void> {
    const move: StageMove = { stage: 'AWSCURRENT', from: currentVersionId, to: versionId };
    await this.#write('UpdateSecretVersionStage', name, (call) =>
      this.#api.moveStage(name, move, call),
    );
  }

  /**
   * Whether a version is the current one: the outcome of a {@link promote} that failed. It is also
   * sent after an interrupt, within the same 10 s.
   */
  async isCurrent(name: string, versionId: string): Promise<boolean> {
    const { stages } = await this.#calls.finish(
      updateStage(name, (call) => this.#api.describe(name, call)),
    );
    return stages[versionId]?.includes('AWSCURRENT') === true;
  }

  /**
   * Removes the stage `AWSPENDING` from a version. Secrets Manager then deletes the version, unless
   * it is the current one. This reverts or completes a write, so it is also sent after an
   * interrupt.
   */
  async abandon(name: string, versionId: string): Promise<void> {
    const move: StageMove = { stage: 'AWSPENDING', from: versionId };
    await this.#calls.finish(updateStage(name, (call) => this.#api.moveStage(name, move, call)));
  }

  /** `undefined` if there is no such secret, or if it is scheduled for deletion. */
  async describe(name: string): Promise<SecretDescription | undefined> {
    const found = await ifThere(this.#calls.read((call) => this.#api.describe(name, call)));
    return found?.isDeleted === false ? found : undefined;
  }

  /** The current version; `undefined` if there is none. */
  async read(name: string): Promise<StoredSecret | undefined> {
    const described = await this.describe(name);
    if (described === undefined) return undefined;
    const value = await ifThere(this.#calls.read((call) => this.#api.get(name, call)));
    return value && { ...value, kmsKeyId: described.kmsKeyId };
  }

  /**
   * @param recoveryDays 0 deletes at once and for good
   */
  async delete(name: string, recoveryDays: number): Promise<void> {
    await ifThere(
      this.#write('DeleteSecret', name, (call) => this.#api.delete(name, recoveryDays, call)),
    );
  }

  close(): void {
    this.#calls.close();
    this.#api.close();
  }

  async #write<T>(operation: string, name: string, send: Send<T>): Promise<T> {
    return await this.#calls.write(unconfirmedWrite(operation, name, send));
  }
}

function updateStage<T>(name: string, send: Send<T>): Write<T> {
  return unconfirmedWrite('UpdateSecretVersionStage', name, send);
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

async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
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
