import type { CredentialId } from '../credential/id.ts';
import type { Deadline } from '../time/deadline.ts';

/** A token for the admin API of a server. */
export interface AdminToken {
  /** `team/name` of its credential. */
  readonly credential: string;
  readonly accessToken: string;
  /** SHA-256 (hex). */
  readonly sha256: string;
  /** Hosts that the token may be sent to, with their ports. */
  readonly hosts: readonly string[];
}

/**
 * Port: tokens for admin APIs.
 *
 * @throws VendError what a grant throws; `credential_unknown`, `credential_disabled`,
 *   `credential_invalid` of the admin credential
 */
export interface AdminTokens {
  obtain(id: CredentialId, deadline: Deadline): Promise<AdminToken>;
}

/** A request to a service of AWS. */
export interface AwsRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
}

/** Port: signs requests with the identity of the function (Signature Version 4). */
export interface AwsSigner {
  /** @returns the headers to send */
  sign(request: AwsRequest): Promise<Readonly<Record<string, string>>>;
}
