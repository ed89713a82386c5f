export interface NewSecret {
  readonly name: string;
  readonly text: string;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A secret that may have no value yet. */
export type NewEmptySecret = Omit<NewSecret, 'text'> & Partial<Pick<NewSecret, 'text'>>;

/** A version that is written beside the others. */
export interface NewVersion {
  readonly text: string;
  readonly stage: StageMove['stage'];
  /** 32 to 64 characters, so that the version is written once; default: chosen by the SDK. */
  readonly versionId?: string;
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
  readonly tags: Readonly<Record<string, string>>;
  readonly rotation: SecretRotation;
  /** Copies in other Regions. */
  readonly replicas: readonly { readonly region: string; readonly hasFailed: boolean }[];
}

/** A copy of a secret in another Region. */
export interface SecretReplica {
  readonly region: string;
  /** ARN of the key of the copy, in that Region. */
  readonly kmsKeyId: string;
}

/** What Secrets Manager states about the rotation of a secret. Times in milliseconds since the Unix epoch. */
export interface SecretRotation {
  readonly isEnabled: boolean;
  /** `rate(30 days)`. */
  readonly schedule: string | undefined;
  readonly lastAt: number | undefined;
  readonly nextAt: number | undefined;
}

export interface SecretVersion {
  readonly versionId: string;
  readonly stages: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number | undefined;
}

/** A rotation to start or to schedule. */
export interface RotationStart {
  /** ARN of the function that rotates. */
  readonly functionArn: string;
  /** `rate(30 days)`; without it a schedule that exists stays. */
  readonly schedule?: string | undefined;
  /** Whether it starts now, too. */
  readonly immediately: boolean;
  /** Id of the new version: 32 to 64 characters. */
  readonly versionId: string;
}

export interface SecretValue extends WrittenVersion {
  /** Absent if it is binary. Contains a credential document with its secret: never show it. */
  readonly text: string | undefined;
}

export interface StageMove {
  /** `PROPOSED`: of a version that is about to become the current one. */
  readonly stage: 'AWSCURRENT' | 'AWSPENDING' | 'PROPOSED';
  /** Version id. Without one, the stage must be on no other version. */
  readonly from?: string | undefined;
  /** Version id; without one the stage is removed. */
  readonly to?: string;
}

export interface CallOptions {
  readonly signal: AbortSignal;
}

/**
 * Port: the operations of Secrets Manager that the registry and the rotation need, one call each.
 *
 * @throws SecretsError if the response is an error; what the connection throws
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export interface SecretsApi {
  /** The id of the version is empty if the secret has no value. */
  create(secret: NewEmptySecret, options: CallOptions): Promise<WrittenVersion>;
  /** The first version of a secret also gets the stage `AWSCURRENT`. */
  put(name: string, version: NewVersion, options: CallOptions): Promise<WrittenVersion>;
  /** Adds tags. Other tags stay. */
  tag(name: string, tags: NonNullable<NewSecret['tags']>, options: CallOptions): Promise<void>;
  moveStage(name: string, move: StageMove, options: CallOptions): Promise<void>;
  describe(name: string, options: CallOptions): Promise<SecretDescription>;
  /** The current version. */
  get(name: string, options: CallOptions): Promise<SecretValue>;
  /** @param recoveryDays 7 to 30 */
  delete(name: string, recoveryDays: number, options: CallOptions): Promise<void>;
  /** Cancels a scheduled deletion. */
  restore(name: string, options: CallOptions): Promise<void>;
  /** @param policy JSON of the resource policy. It replaces the one before */
  putResourcePolicy(name: string, policy: string, options: CallOptions): Promise<void>;
  /** Every version that has a stage. */
  versions(name: string, options: CallOptions): Promise<readonly SecretVersion[]>;
  rotate(name: string, rotation: RotationStart, options: CallOptions): Promise<void>;
  /** Switches the schedule off. */
  cancelRotation(name: string, options: CallOptions): Promise<void>;
  /** Copies the secret to further Regions. A secret of the same name there is not overwritten. */
  replicate(name: string, replicas: readonly SecretReplica[], options: CallOptions): Promise<void>;
  /** Deletes the copies in these Regions, at once and for good. */
  removeReplicas(name: string, regions: readonly string[], options: CallOptions): Promise<void>;
  /** Closes its connections. */
  close(): void;
}
