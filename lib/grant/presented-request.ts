import type { CredentialDocument } from '../credential/document.ts';
import type { AuthenticatedEndpoint } from './authentication-method.ts';
import type { GrantRequest, ServerCall } from './authorization-server.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** A request that presents the credential. */
export interface PresentedRequest {
  readonly request: AuthenticatedEndpoint;
  readonly url: URL;
  readonly document: CredentialDocument;
  readonly metadata: ServerMetadata;
  /** Absent for revocation and introspection. */
  readonly grant?: GrantRequest;
}

/** The request that a call makes at one of the endpoints, which the metadata must have. */
export function presentedAt(
  { metadata, document }: ServerCall,
  request: AuthenticatedEndpoint,
  grant?: GrantRequest,
): PresentedRequest {
  const endpoint = {
    token: metadata.tokenEndpoint,
    revocation: metadata.revocationEndpoint,
    introspection: metadata.introspectionEndpoint,
  }[request];
  const url = new URL(endpoint as string);
  return { request, url, document, metadata, ...(grant === undefined ? {} : { grant }) };
}
