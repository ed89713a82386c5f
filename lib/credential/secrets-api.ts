export interface NewSecret {
  readonly name: string;
  readonly text: string;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A new current version, and the key of the secret. */
export interface SecretChange {
  readonly text: string;
  /** Absent for `aws/secretsmanager`. */
  readonly kmsKeyId: string | undefined;
}

export interface WrittenVersion {
  readonly arn: string;
  readonly versionId: string;
}

export interface SecretDescription {
  readonly kmsKeyId: string | undefined;
  /** Scheduled for deletion. */
  readonly isDeleted: boolean;
  /** Stages by version id. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
}

export interface SecretValue extends WrittenVersion {
  /** Absent if it is binary. Contains a credential document with its secret: never show it. */
  readonly text: string | undefined;
}

export interface StageMove {
  readonly stage: 'AWSCURRENT' | 'AWSPENDING';
  /** Version id. */
  readonly from: string;
  /** Version id; without one the stage is removed. */
  readonly to?: string;
}

/** Is notified of each attempt of a call, after it was signed. */
export interface AttemptListener {
  sent(): void;
  /**
   * @param error the error that the call throws if no other attempt follows
   */
  failed(error: unknown): void;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly attempts?: AttemptListener;
}

/**
 * Port: the operations of Secrets Manager that an operator needs, one call each.
 *
 * @throws SecretsError if the response is an error; what the connection throws
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export interface SecretsApi {
  create(secret: NewSecret, options: CallOptions): Promise<WrittenVersion>;
  put(
    name: string,
    text: string,
    stage: StageMove['stage'],
    options: CallOptions,
  ): Promise<WrittenVersion>;
  /**
   * Writes a current version and sets the key, in one step. Secrets Manager encrypts the existing
   * versions with that key too.
   */
  update(name: string, change: SecretChange, options: CallOptions): Promise<WrittenVersion>;
  /** Adds tags. Other tags stay. */
  tag(name: string, tags: NonNullable<NewSecret['tags']>, options: CallOptions): Promise<void>;
  moveStage(name: string, move: StageMove, options: CallOptions): Promise<void>;
  describe(name: string, options: CallOptions): Promise<SecretDescription>;
  /** The current version. */
  get(name: string, options: CallOptions): Promise<SecretValue>;
  /**
   * @param recoveryDays 0 deletes at once and for good
   */
  delete(name: string, recoveryDays: number, options: CallOptions): Promise<void>;
  /** Cancels a scheduled deletion. */
  restore(name: string, options: CallOptions): Promise<void>;
  /** Closes its connections. */
  close(): void;
}
