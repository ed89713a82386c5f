import type { Clock } from '../time/clock.ts';
import { ifThere, OperatorCalls } from './operator-calls.ts';
import { restoreSecret } from './restore-secret.ts';
import { isScheduledForDeletion } from './secret-errors.ts';
import type {
  NewSecret,
  SecretChange,
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
  readonly #calls: OperatorCalls;

  constructor(api: SecretsApi, stop: AbortSignal, clock: Clock) {
    this.#api = api;
    this.#calls = new OperatorCalls(stop, clock);
  }

  /**
   * Opens Secrets Manager. The SDK is loaded here, so that a command without secrets starts faster.
   */
  static async open(
    options: SecretsManagerOptions,
    signal: AbortSignal,
    clock: Clock,
  ): Promise<OperatorSecrets> {
    const { openSecretsApi } = await import('./secrets-manager-api.ts');
    return new OperatorSecrets(openSecretsApi(options), signal, clock);
  }

  async create(secret: NewSecret): Promise<WrittenVersion> {
    return await this.#calls.write('CreateSecret', secret.name, (call) =>
      this.#api.create(secret, call),
    );
  }

  /**
   * Creates a secret. If a secret of this name is scheduled for deletion, it is restored and gets
   * the document, the key and the tags of the new one. Its earlier versions stay.
   */
  async createOrRestore(secret: NewSecret): Promise<WrittenVersion> {
    try {
      return await this.create(secret);
    } catch (error) {
      if (!isScheduledForDeletion(error)) throw error;
      const restored = await ifThere(restoreSecret(this.#api, this.#calls, secret));
      if (restored === undefined) throw error;
      return restored;
    }
  }

  /** Writes a current version and sets the key, in one step. */
  async update(name: string, change: SecretChange): Promise<WrittenVersion> {
    return await this.#calls.write('UpdateSecret', name, (call) =>
      this.#api.update(name, change, call),
    );
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
    return await this.#calls.write('PutSecretValue', name, (call) =>
      this.#api.put(name, { text, stage }, call),
    );
  }

  /**
   * Makes a pending version the current one. The version that was current gets the stage
   * `AWSPREVIOUS`. The version keeps `AWSPENDING` too, until {@link abandon}.
   */
  async promote(name: string, versionId: string, currentVersionId: string): Promise<void> {
    const move: StageMove = { stage: 'AWSCURRENT', from: currentVersionId, to: versionId };
    await this.#calls.write('UpdateSecretVersionStage', name, (call) =>
      this.#api.moveStage(name, move, call),
    );
  }

  /**
   * Whether a version is the current one: the outcome of a {@link promote} that failed. It is also
   * sent after an interrupt, within the same 10 s.
   */
  async isCurrent(name: string, versionId: string): Promise<boolean> {
    const { stages } = await this.#calls.finish('UpdateSecretVersionStage', name, (call) =>
      this.#api.describe(name, call),
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
    await this.#calls.finish('UpdateSecretVersionStage', name, (call) =>
      this.#api.moveStage(name, move, call),
    );
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
      this.#calls.write('DeleteSecret', name, (call) => this.#api.delete(name, recoveryDays, call)),
    );
  }

  close(): void {
    this.#calls.close();
    this.#api.close();
  }
}
