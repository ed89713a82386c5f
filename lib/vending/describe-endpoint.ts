import { VERSION } from '../version.ts';

/**
 * `GET /.well-known/oauth-authorization-server` (RFC 8414 section 2): this endpoint in the words of the standard.
 *
 * @param host as the caller addressed it
 * @param serviceDocumentation URL for people
 */
export function describeEndpoint(
  host: string,
  serviceDocumentation: string,
): Record<string, unknown> {
  const issuer = `https://${host}`;
  // RFC 8414 has no name for SigV4; a value of our own says that none of the registered methods is taken.
  const authMethods = ['aws_sigv4'];
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: authMethods,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: authMethods,
    access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    service_documentation: serviceDocumentation,
    // The name that RFC 7591 has for it.
    software_version: VERSION,
  };
}
