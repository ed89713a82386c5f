import type { CredentialDocument } from '../credential/document.ts';
import type { GrantRequest } from './authorization-server.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** The values that a token response is checked against. */
export interface Expectations {
  readonly grant: GrantRequest;
  readonly document: CredentialDocument;
  readonly metadata: ServerMetadata;
  /** When the request was sent: milliseconds since the Unix epoch. Lifetimes count from there. */
  readonly requestedAt: number;
  /** When the response arrived: milliseconds since the Unix epoch. */
  readonly now: number;
}
