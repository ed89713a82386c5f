import type { CredentialId } from './credential-id.ts';

/** A credential document as stored, not yet validated. Holds secrets: never log it. */
export interface StoredCredential {
  /** The JSON text of the credential document. */
  readonly text: string;
  /** Secrets Manager's VersionId: moves with every rotation. */
  readonly versionId: string;
}

/**
 * Port: where credential documents live.
 *
 * @throws VendError from `read`: `credential_unknown`, `credential_invalid` (binary secret), `secrets_unavailable`
 * @throws VendError from `list`: `secrets_unavailable`
 */
export interface CredentialStore {
  /** The current version of one document. */
  read(id: CredentialId, signal: AbortSignal): Promise<StoredCredential>;
  /** Every credential name under the prefix, in no particular order; names that break the rule are left out. */
  list(signal: AbortSignal): Promise<readonly CredentialId[]>;
}
