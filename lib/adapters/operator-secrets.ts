import type {
  DescribeSecretResponse,
  GetSecretValueResponse,
  SecretsManagerClient,
  SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';

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

/**
 * Secrets of credential documents, under the rights of who operates them: unlike the function it writes.
 *
 * Every operation throws {@link SecretsRefused}, or the reason of `signal`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export class OperatorSecrets {
  readonly #client: SecretsManagerClient;
  readonly #sdk: typeof import('@aws-sdk/client-secrets-manager');
  readonly #signal: AbortSignal;

  private constructor(
    sdk: typeof import('@aws-sdk/client-secrets-manager'),
    config: SecretsManagerClientConfig,
    signal: AbortSignal,
  ) {
    this.#sdk = sdk;
    this.#client = new sdk.SecretsManagerClient(config);
    this.#signal = signal;
  }

  /** Loads the SDK: who never asks does not pay for it. */
  static async open(
    config: SecretsManagerClientConfig,
    signal: AbortSignal,
  ): Promise<OperatorSecrets> {
    return new OperatorSecrets(await import('@aws-sdk/client-secrets-manager'), config, signal);
  }

  async create({ name, text, kmsKeyId, tags = {} }: NewSecret): Promise<WrittenVersion> {
    const command = new this.#sdk.CreateSecretCommand({
      Name: name,
      SecretString: text,
      ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    return toWritten(await this.#run(name, () => this.#client.send(command, this.#abort)));
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
    return toWritten(await this.#run(name, () => this.#client.send(command, this.#abort)));
  }

  /** Makes a pending version the current one; the one before keeps the stage `AWSPREVIOUS`. */
  async promote(name: string, versionId: string, currentVersionId: string): Promise<void> {
    await this.#moveStage(name, 'AWSCURRENT', versionId, currentVersionId);
    await this.#moveStage(name, 'AWSPENDING', undefined, versionId);
  }

  /** Takes the stage from a pending version: Secrets Manager then forgets it. */
  async abandon(name: string, versionId: string): Promise<void> {
    await this.#moveStage(name, 'AWSPENDING', undefined, versionId);
  }

  /** `undefined` where there is none, or one that waits for its deletion. */
  async describe(name: string): Promise<DescribeSecretResponse | undefined> {
    const command = new this.#sdk.DescribeSecretCommand({ SecretId: name });
    const found = await this.#find(name, () => this.#client.send(command, this.#abort));
    return found?.DeletedDate === undefined ? found : undefined;
  }

  /** The current version; `undefined` where there is none. */
  async read(name: string): Promise<StoredSecret | undefined> {
    const described = await this.describe(name);
    if (described === undefined) return undefined;
    const command = new this.#sdk.GetSecretValueCommand({ SecretId: name });
    const value = await this.#find(name, () => this.#client.send(command, this.#abort));
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
    await this.#find(name, () => this.#client.send(command, this.#abort));
  }

  close(): void {
    this.#client.destroy();
  }

  get #abort() {
    return { abortSignal: this.#signal };
  }

  async #moveStage(
    name: string,
    stage: string,
    to: string | undefined,
    from: string,
  ): Promise<void> {
    const command = new this.#sdk.UpdateSecretVersionStageCommand({
      SecretId: name,
      VersionStage: stage,
      RemoveFromVersionId: from,
      ...(to === undefined ? {} : { MoveToVersionId: to }),
    });
    await this.#run(name, () => this.#client.send(command, this.#abort));
  }

  async #find<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#run(name, work);
    } catch (error) {
      if (error instanceof SecretsRefused && error.exception === 'ResourceNotFoundException')
        return undefined;
      throw error;
    }
  }

  async #run<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw error instanceof this.#sdk.SecretsManagerServiceException
        ? new SecretsRefused(error, name)
        : error;
    }
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
