import { VERSION } from '../version.ts';

/**
 * `GET /.well-known/oauth-authorization-server` (RFC 8414 section 2): the metadata of this
 * endpoint.
 *
 * @param host host of the request
 * @param serviceDocumentation URL of the documentation
 * @param registry URL of the registry endpoint; empty if the deployment has none
 */
export function describeEndpoint(
  host: string,
  serviceDocumentation: string,
  registry = '',
): Record<string, unknown> {
  const issuer = `https://${host}`;
  // RFC 8414 has no name for SigV4. A value of our own states that none of the registered methods
  // is used.
  const authMethods = ['aws_sigv4'];
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: authMethods,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    revocation_endpoint_auth_methods_supported: authMethods,
    ...(registry === '' ? {} : { registry_endpoint: registry }),
    access_evaluation_endpoint: `${issuer}/access/v1/evaluation`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    service_documentation: serviceDocumentation,
    // The name in RFC 7591.
    software_version: VERSION,
  };
}
