/** What Secrets Manager states about a secret, without its values. */
export interface RotatedSecret {
  /** Name: `token-vending/checkout/orders-api`. */
  readonly name: string;
  readonly rotationEnabled: boolean;
  /** Stages by version id. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
  /** By key. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A version of a secret. Contains a credential document with its secret: never log it. */
export interface SecretVersion {
  readonly text: string;
  readonly versionId: string;
}

/**
 * Port: the operations of Secrets Manager that a rotation needs, one call each.
 *
 * @throws VendError from each: `secrets_unavailable`, `credential_unknown` (no such secret);
 *   `credential_invalid` from `read` if the secret is binary
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
export interface RotationSecrets {
  /**
   * Lists secrets that are not scheduled for deletion.
   *
   * @param prefix of their names
   * @param tag key of a tag that they have
   * @returns their ARNs
   */
  list(prefix: string, tag: string, signal: AbortSignal): Promise<readonly string[]>;
  /** @param secret name or ARN, here and below */
  describe(secret: string, signal: AbortSignal): Promise<RotatedSecret>;
  /** @returns `undefined` if the version has no value yet */
  read(
    secret: string,
    version: { readonly stage: string; readonly versionId?: string },
    signal: AbortSignal,
  ): Promise<SecretVersion | undefined>;
  /** Stores a version with a stage. The same version may be stored again. */
  put(secret: string, version: SecretVersion, stage: string, signal: AbortSignal): Promise<void>;
  /**
   * Moves a stage from one version to another. Without `from`, no version has it before. Without
   * `to`, it is removed.
   *
   * @returns `false` if the stage is on another version than `from`; nothing changed then
   */
  move(
    secret: string,
    move: { readonly stage: string; readonly from?: string | undefined; readonly to?: string },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Sets a tag. */
  tag(secret: string, key: string, value: string, signal: AbortSignal): Promise<void>;
  /** Removes a tag. That there is none is no error. */
  untag(secret: string, key: string, signal: AbortSignal): Promise<void>;
}
