import { findJsonObject } from '../credential/document-text.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { readersOnly, type SecretReaders } from '../credential/resource-policy.ts';
import { isReattempted } from '../credential/secret-errors.ts';
import type {
  RotationStart,
  SecretDescription,
  SecretReplica,
  SecretsApi,
  SecretVersion,
} from '../credential/secrets-api.ts';
import {
  isException,
  isGone,
  readFailure,
  rotationUnderWay,
  writeFailure,
} from './secrets-failure.ts';
import { type WrittenText, writeVersion } from './write-version.ts';

/** A registered credential as it is stored. Holds secrets: never log it. */
export interface StoredDocument {
  readonly versionId: string;
  /** `{}` if the value is not a JSON object. */
  readonly members: DocumentJson;
  readonly description: SecretDescription;
}

/** A name under which there is no document: nothing, a secret without a value, or a deleted one. */
export type NoDocument = 'absent' | 'empty' | 'deleted';

type Replicas = SecretDescription['replicas'];

/** What new secrets get. */
export interface SecretSettings {
  /** `token-vending/`. */
  readonly prefix: string;
  /** ARN of the key of the deployment; absent: `aws/secretsmanager`. */
  readonly kmsKeyId?: string | undefined;
  /** Name of the deployment, for a tag. */
  readonly deployment: string;
  readonly readers: SecretReaders;
  /** Copies in other Regions; absent: none. */
  readonly replicas?: readonly SecretReplica[];
}

/**
 * The secrets of the credentials in AWS Secrets Manager. A secret is never readable by others: it
 * is created without a value, then gets its resource policy, then its value.
 *
 * @throws VendError from each: `secrets_unavailable`
 */
export class CredentialSecrets {
  readonly #api: SecretsApi;
  readonly #settings: SecretSettings;

  constructor(api: SecretsApi, settings: SecretSettings) {
    this.#api = api;
    this.#settings = settings;
  }

  async read(id: CredentialId, signal: AbortSignal): Promise<StoredDocument | NoDocument> {
    const name = this.#nameOf(id);
    try {
      const description = await this.#api.describe(name, { signal });
      if (description.isDeleted) return 'deleted';
      const hasValue = Object.values(description.stages).some((all) => all.includes('AWSCURRENT'));
      if (!hasValue) return 'empty';
      const { text = '', versionId } = await this.#api.get(name, { signal });
      return { versionId, members: findJsonObject(text) ?? {}, description };
    } catch (error) {
      signal.throwIfAborted();
      if (isGone(error)) return 'absent';
      throw readFailure(error);
    }
  }

  async versions(id: CredentialId, signal: AbortSignal): Promise<readonly SecretVersion[]> {
    try {
      return await this.#api.versions(this.#nameOf(id), { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw readFailure(error);
    }
  }

  /**
   * Prepares the secret of a new credential: without a value, readable for the functions only.
   *
   * @throws VendError `version_conflict` by {@link writeVersion} later, if somebody else creates it
   */
  async prepare(id: CredentialId, signal: AbortSignal): Promise<void> {
    const { kmsKeyId, deployment } = this.#settings;
    const name = this.#nameOf(id);
    const tags = { 'token-vending:deployment': deployment, 'token-vending:team': id.team };
    try {
      await this.#api.create({ name, kmsKeyId, tags }, { signal });
    } catch (error) {
      if (!isException(error, 'ResourceExistsException')) throw writeFailure(error);
    }
    await this.#close(name, signal);
  }

  /**
   * Brings a secret up to date that was created earlier or elsewhere: its resource policy, and its
   * copies in other Regions.
   *
   * @param replicas the copies that exist, as described
   */
  async renew(id: CredentialId, replicas: Replicas, signal: AbortSignal): Promise<void> {
    await this.#close(this.#nameOf(id), signal);
    await this.replicate(id, replicas, signal);
  }

  /**
   * Copies a secret to the Regions that lack it. It has a value then: Secrets Manager removes a copy
   * that has no version.
   *
   * @param replicas the copies that exist, as described
   */
  async replicate(id: CredentialId, replicas: Replicas, signal: AbortSignal): Promise<void> {
    const complete = replicas.filter(({ hasFailed }) => !hasFailed).map(({ region }) => region);
    const { replicas: wanted = [] } = this.#settings;
    const missing = wanted.filter(({ region }) => !complete.includes(region));
    if (missing.length === 0) return;
    await writing(this.#api.replicate(this.#nameOf(id), missing, { signal }));
  }

  /** @throws VendError `version_conflict` if another version is current than the one that was read */
  async write(id: CredentialId, written: WrittenText, signal: AbortSignal): Promise<void> {
    await writeVersion(this.#api, this.#nameOf(id), written, signal);
  }

  /** @param replicas the copies that exist, as described. They are deleted for good */
  async delete(
    id: CredentialId,
    { recoveryDays, replicas }: { readonly recoveryDays: number; readonly replicas: Replicas },
    signal: AbortSignal,
  ): Promise<void> {
    const regions = replicas.map(({ region }) => region);
    if (regions.length > 0)
      await writing(this.#api.removeReplicas(this.#nameOf(id), regions, { signal }));
    await writing(this.#api.delete(this.#nameOf(id), recoveryDays, { signal }));
  }

  async restore(id: CredentialId, signal: AbortSignal): Promise<void> {
    await writing(this.#api.restore(this.#nameOf(id), { signal }));
  }

  /**
   * Starts a rotation.
   *
   * @throws VendError `version_conflict` if Secrets Manager attempts an earlier one again instead
   */
  async rotate(id: CredentialId, rotation: RotationStart, signal: AbortSignal): Promise<void> {
    try {
      await this.#api.rotate(this.#nameOf(id), rotation, { signal });
    } catch (error) {
      throw isReattempted(error) ? rotationUnderWay() : writeFailure(error);
    }
  }

  async cancelRotation(id: CredentialId, signal: AbortSignal): Promise<void> {
    await writing(this.#api.cancelRotation(this.#nameOf(id), { signal }));
  }

  async #close(name: string, signal: AbortSignal): Promise<void> {
    const policy = JSON.stringify(readersOnly(this.#settings.readers));
    await writing(this.#api.putResourcePolicy(name, policy, { signal }));
  }

  #nameOf(id: CredentialId): string {
    return `${this.#settings.prefix}${formatCredentialId(id)}`;
  }
}

async function writing(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    throw writeFailure(error);
  }
}
