/**
 * The metadata of the loopback endpoint (RFC 8414 section 2).
 *
 * @param issuer `http://127.0.0.1:PORT`
 */
export function describeServer(issuer: string): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
  };
}

/**
 * The same metadata for OpenID Connect Discovery 1.0 section 3. Strict clients require the members about ID tokens, although
 * this endpoint issues none. The key set is empty, because this endpoint signs nothing.
 */
export function describeProvider(issuer: string): Record<string, unknown> {
  return {
    ...describeServer(issuer),
    jwks_uri: `${issuer}/oauth2/jwks`,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

export const emptyKeySet = { keys: [] };
