import type {
  CreateSecretResponse,
  DescribeSecretResponse,
  GetSecretValueResponse,
  PutSecretValueResponse,
  SecretsManagerClient,
  SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../time/clock.ts';
import { InterruptibleCalls, type Send, type Write } from './interruptible-calls.ts';

const UPDATE_STAGE = 'UpdateSecretVersionStage';

export interface StoredSecret {
  readonly arn: string;
  readonly versionId: string;
  readonly kmsKeyId: string | undefined;
  /** Absent where it is binary. Holds a credential document, and so a secret: never show it. */
  readonly text: string | undefined;
}

export interface NewSecret {
  readonly name: string;
  readonly text: string;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface WrittenVersion {
  readonly arn: string;
  readonly versionId: string;
}

/** What Secrets Manager refused, by its own name for it. AWS's texts name callers and secrets, never their values. */
export class SecretsRefused extends Error {
  override readonly name = 'SecretsRefused';
  /** Exception of the Secrets Manager API: `AccessDeniedException`. */
  readonly exception: string;
  readonly advice: string;

  constructor(error: Error, secret: string) {
    super(error.message, { cause: error });
    this.exception = error.name;
    this.advice = adviceFor(error, secret);
  }
}

/** A write that was sent before the interrupt, and to which Secrets Manager did not respond: it may have been carried out. */
export class WriteUnconfirmed extends Error {
  override readonly name = 'WriteUnconfirmed';

  /** @param operation of the Secrets Manager API: `CreateSecret` */
  constructor(operation: string, secret: string) {
    super(`Secrets Manager did not respond to ${operation} of ${secret}.`);
  }
}

/**
 * Secrets of credential documents, under the rights of who operates them: unlike the function it writes.
 *
 * Every operation throws {@link SecretsRefused}, or the reason of `signal` as soon as it aborts. A write that was sent by then is waited
 * for up to 10 s, and throws {@link WriteUnconfirmed} after that.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export class OperatorSecrets {
  readonly #client: SecretsManagerClient;
  readonly #sdk: typeof import('@aws-sdk/client-secrets-manager');
  readonly #calls: InterruptibleCalls;

  private constructor(
    sdk: typeof import('@aws-sdk/client-secrets-manager'),
    config: SecretsManagerClientConfig,
    stop: AbortSignal,
    clock: Clock,
  ) {
    this.#sdk = sdk;
    this.#client = new sdk.SecretsManagerClient(config);
    const isResponse = (error: unknown) => error instanceof sdk.SecretsManagerServiceException;
    this.#calls = new InterruptibleCalls({ clock, stop, isResponse });
  }

  /** Loads the SDK: who never asks does not pay for it. */
  static async open(
    config: SecretsManagerClientConfig,
    signal: AbortSignal,
    clock: Clock,
  ): Promise<OperatorSecrets> {
    const sdk = await import('@aws-sdk/client-secrets-manager');
    return new OperatorSecrets(sdk, config, signal, clock);
  }

  async create({ name, text, kmsKeyId, tags = {} }: NewSecret): Promise<WrittenVersion> {
    const command = new this.#sdk.CreateSecretCommand({
      Name: name,
      SecretString: text,
      ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    const send: Send<CreateSecretResponse> = (options) => this.#client.send(command, options);
    return toWritten(await this.#write('CreateSecret', name, { command, send }));
  }

  /**
   * Writes a version.
   *
   * @param stage `AWSPENDING` for one that is not to be used yet
   */
  async put(
    name: string,
    text: string,
    stage: 'AWSCURRENT' | 'AWSPENDING' = 'AWSCURRENT',
  ): Promise<WrittenVersion> {
    const command = new this.#sdk.PutSecretValueCommand({
      SecretId: name,
      SecretString: text,
      VersionStages: [stage],
    });
    const send: Send<PutSecretValueResponse> = (options) => this.#client.send(command, options);
    return toWritten(await this.#write('PutSecretValue', name, { command, send }));
  }

  /**
   * Makes a pending version the current one; the one before gets the stage `AWSPREVIOUS`. The version keeps `AWSPENDING` too, until
   * {@link abandon}.
   */
  async promote(name: string, versionId: string, currentVersionId: string): Promise<void> {
    const command = new this.#sdk.UpdateSecretVersionStageCommand({
      SecretId: name,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: versionId,
      RemoveFromVersionId: currentVersionId,
    });
    const send: Send<object> = (options) => this.#client.send(command, options);
    await this.#write(UPDATE_STAGE, name, { command, send });
  }

  /**
   * Whether a version is the current one: what became of a {@link promote} that failed. It is sent after an interrupt too, within the
   * same 10 s.
   */
  async isCurrent(name: string, versionId: string): Promise<boolean> {
    const command = new this.#sdk.DescribeSecretCommand({ SecretId: name });
    const send: Send<DescribeSecretResponse> = (options) => this.#client.send(command, options);
    const unconfirmed = () => new WriteUnconfirmed(UPDATE_STAGE, name);
    const { VersionIdsToStages } = await this.#refusing(
      name,
      this.#calls.finish({ send, unconfirmed }),
    );
    return VersionIdsToStages?.[versionId]?.includes('AWSCURRENT') === true;
  }

  /**
   * Takes the stage `AWSPENDING` from a version: Secrets Manager then forgets the version, unless it is the current one. This takes back
   * or completes what was written, so it is sent after an interrupt too.
   */
  async abandon(name: string, versionId: string): Promise<void> {
    const command = new this.#sdk.UpdateSecretVersionStageCommand({
      SecretId: name,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: versionId,
    });
    const send: Send<object> = (options) => this.#client.send(command, options);
    const unconfirmed = () => new WriteUnconfirmed(UPDATE_STAGE, name);
    await this.#refusing(name, this.#calls.finish({ send, unconfirmed }));
  }

  /** `undefined` where there is none, or one that waits for its deletion. */
  async describe(name: string): Promise<DescribeSecretResponse | undefined> {
    const command = new this.#sdk.DescribeSecretCommand({ SecretId: name });
    const send: Send<DescribeSecretResponse> = (options) => this.#client.send(command, options);
    const found = await ifThere(this.#refusing(name, this.#calls.read(send)));
    return found?.DeletedDate === undefined ? found : undefined;
  }

  /** The current version; `undefined` where there is none. */
  async read(name: string): Promise<StoredSecret | undefined> {
    const described = await this.describe(name);
    if (described === undefined) return undefined;
    const command = new this.#sdk.GetSecretValueCommand({ SecretId: name });
    const send: Send<GetSecretValueResponse> = (options) => this.#client.send(command, options);
    const value = await ifThere(this.#refusing(name, this.#calls.read(send)));
    return value && toStored(value, described);
  }

  /** @param recoveryDays 0 deletes for good, at once */
  async delete(name: string, recoveryDays: number): Promise<void> {
    const command = new this.#sdk.DeleteSecretCommand({
      SecretId: name,
      ...(recoveryDays === 0
        ? { ForceDeleteWithoutRecovery: true }
        : { RecoveryWindowInDays: recoveryDays }),
    });
    const send: Send<object> = (options) => this.#client.send(command, options);
    await ifThere(this.#write('DeleteSecret', name, { command, send }));
  }

  close(): void {
    this.#calls.close();
    this.#client.destroy();
  }

  async #write<T>(
    operation: string,
    name: string,
    write: Omit<Write<T>, 'unconfirmed'>,
  ): Promise<T> {
    const unconfirmed = () => new WriteUnconfirmed(operation, name);
    return await this.#refusing(name, this.#calls.write({ ...write, unconfirmed }));
  }

  async #refusing<T>(name: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw error instanceof this.#sdk.SecretsManagerServiceException
        ? new SecretsRefused(error, name)
        : error;
    }
  }
}

async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof SecretsRefused && error.exception === 'ResourceNotFoundException')
      return undefined;
    throw error;
  }
}

function toWritten(answer: { ARN?: string | undefined; VersionId?: string | undefined }) {
  const { ARN = '', VersionId = '' } = answer;
  return { arn: ARN, versionId: VersionId };
}

function toStored(
  { ARN = '', VersionId = '', SecretString }: GetSecretValueResponse,
  { KmsKeyId }: DescribeSecretResponse,
): StoredSecret {
  return { arn: ARN, versionId: VersionId, kmsKeyId: KmsKeyId, text: SecretString };
}

function adviceFor({ name, message }: Error, secret: string): string {
  switch (name) {
    case 'AccessDeniedException':
      return `Use an identity that may do this to secret:${secret}-*. Reading is denied to all but the function and the rotation role where the deployment made the secret.`;
    case 'ResourceExistsException':
      return 'There is such a secret already: import it, or put a new version of it.';
    case 'InvalidRequestException':
      return /delet/i.test(message)
        ? `It waits for its deletion: restore it with aws secretsmanager restore-secret --secret-id ${secret}, or wait.`
        : 'Read what AWS says above.';
    case 'ExpiredTokenException':
    case 'UnrecognizedClientException':
      return 'Sign in to AWS again (aws sts get-caller-identity must succeed).';
    default:
      return 'Look the exception up in the API reference of AWS Secrets Manager.';
  }
}
