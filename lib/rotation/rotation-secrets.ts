/** What Secrets Manager states about a secret, without its values. */
export interface RotatedSecret {
  /** Name: `token-vending/checkout/orders-api`. */
  readonly name: string;
  readonly rotationEnabled: boolean;
  /** Stages by version id. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
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
   * Moves a stage from one version to another; without `to` it is removed.
   *
   * @returns `false` if the stage is no longer on `from`; nothing changed then
   */
  move(
    secret: string,
    move: { readonly stage: string; readonly from: string; readonly to?: string },
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Sets a tag. */
  tag(secret: string, key: string, value: string, signal: AbortSignal): Promise<void>;
}
