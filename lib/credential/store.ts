import type { CredentialId } from './id.ts';

/** A credential document as stored, not yet validated. Contains secrets: never log it. */
export interface StoredCredential {
  /** The JSON text of the credential document. */
  readonly text: string;
  /** VersionId of Secrets Manager. It changes with every rotation. */
  readonly versionId: string;
  /** When this version was written: milliseconds since the Unix epoch. */
  readonly writtenAt: number;
}

/**
 * The versions that the function may read: the current one, and the one that was current before.
 */
export type SecretStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/**
 * Port: the store of credential documents.
 *
 * @throws VendError from `read`: `credential_unknown`, `credential_invalid` (binary secret),
 *   `secrets_unavailable`
 * @throws VendError from `list`: `secrets_unavailable`
 */
export interface CredentialStore {
  /**
   * One version of a document, by its stage. If there is none, the error is `credential_unknown`.
   */
  read(id: CredentialId, stage: SecretStage, signal: AbortSignal): Promise<StoredCredential>;
  /** Every credential name under the prefix, in no particular order; names that break the rule are left out. */
  list(signal: AbortSignal): Promise<readonly CredentialId[]>;
}
