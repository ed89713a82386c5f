import type { ClientAuthentication } from '../credential/client-authentication.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** The endpoints at which the client authenticates. */
export type AuthenticatedEndpoint = 'token' | 'revocation' | 'introspection';

// In the order in which they are preferred: a header reaches fewer logs than a body.
const SECRET_METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;

/**
 * How the client authenticates at an endpoint: as the document says, unless the metadata lists only
 * other methods for this endpoint, and the same secret serves for one of them (RFC 8414 section 2).
 * At the token endpoint the document decides.
 */
export function authenticationAt(
  endpoint: AuthenticatedEndpoint,
  authentication: ClientAuthentication,
  metadata: ServerMetadata,
): ClientAuthentication {
  const listed = listedAt(endpoint, metadata);
  const { method } = authentication;
  if (listed === undefined || listed.includes(method) || !('clientSecret' in authentication))
    return authentication;
  const other = SECRET_METHODS.find((name) => listed.includes(name));
  return other === undefined ? authentication : { ...authentication, method: other };
}

function listedAt(endpoint: AuthenticatedEndpoint, metadata: ServerMetadata) {
  switch (endpoint) {
    case 'token':
      return undefined;
    case 'revocation':
      return metadata.revocationAuthMethodsSupported;
    case 'introspection':
      return metadata.introspectionAuthMethodsSupported;
  }
}
