import type { ClientRegistration, CredentialMembers } from '../server.ts';

/** The client in the names of Hydra's admin API. */
export function toHydraClient(client: ClientRegistration): Readonly<Record<string, unknown>> {
  const { id, method, secret, jwk, scope, audience, lifetimeSeconds, tokenFormat } = client;
  return {
    client_id: id,
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: method,
    access_token_strategy: tokenFormat ?? 'jwt',
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwk === undefined
      ? {}
      : { jwks: { keys: [{ use: 'sig', ...jwk }] }, token_endpoint_auth_signing_alg: jwk['alg'] }),
    ...(scope === undefined ? {} : { scope: scope.join(' ') }),
    ...(audience === undefined ? {} : { audience: [audience] }),
    ...(lifetimeSeconds === undefined
      ? {}
      : { client_credentials_grant_access_token_lifespan: `${lifetimeSeconds}s` }),
  };
}

/** @param introspectionEndpoint on the admin port, hence not in Hydra's metadata */
export function toMembers(
  client: ClientRegistration,
  issuer: string,
  introspectionEndpoint: string,
): CredentialMembers {
  const { id, method, scope, audience } = client;
  return {
    issuer,
    client_id: id,
    token_endpoint_auth_method: method,
    introspection_endpoint: introspectionEndpoint,
    // Hydra refuses the issuer as `aud` of an assertion.
    ...(method === 'private_key_jwt' ? { client_assertion_audience: 'token_endpoint' } : {}),
    ...(scope === undefined ? {} : { scope: scope.join(' ') }),
    ...(audience === undefined ? {} : { audience }),
  };
}
