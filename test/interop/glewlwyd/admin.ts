import { adminRequest } from '../admin-request.ts';
import type { ClientAdministration, ClientRegistration, RunningServer } from '../server.ts';
import { Plugins } from './plugin.ts';
import { AdminSession } from './session.ts';

const DEFAULT_LIFETIME = 3_600;
const BASIC = 'client_secret_basic';

/**
 * Clients and keys of a server.
 *
 * @param api URL with the prefix of the API, of the server itself
 * @param publicApi the same, as callers see it
 */
export function administer(
  api: string,
  publicApi: string,
): Pick<
  RunningServer,
  'issuer' | 'register' | 'setSecret' | 'disable' | 'rotation' | 'rotateSigningKey'
> {
  const session = new AdminSession(api);
  const plugins = new Plugins(session, publicApi);
  const clients = new Map<string, Readonly<Record<string, unknown>>>();
  const scopes = new Set<string>();

  const addScope = async (name: string) => {
    if (scopes.has(name)) return;
    scopes.add(name);
    await session.call('POST', '/scope/', { name, display_name: name, password_required: false });
  };
  const change = async (clientId: string, members: Readonly<Record<string, unknown>>) => {
    const client = { ...clients.get(clientId), ...members };
    clients.set(clientId, client);
    await session.call('PUT', `/client/${encodeURIComponent(clientId)}`, client);
  };

  return {
    issuer: (form) =>
      plugins.issuer({ slash: form === 'slash', lifetimeSeconds: DEFAULT_LIFETIME }),
    async register(client) {
      const { id, method, scope = [], audience, lifetimeSeconds = DEFAULT_LIFETIME } = client;
      const issuer = await plugins.open({ slash: client.issuer === 'slash', lifetimeSeconds });
      for (const name of scope) await addScope(name);
      const registered = toGlewlwydClient(client);
      clients.set(id, registered);
      await session.call('POST', '/client/', registered);
      return {
        issuer,
        client_id: id,
        token_endpoint_auth_method: method,
        // It refuses the issuer as `aud` of an assertion.
        ...(method.endsWith('_jwt') ? { client_assertion_audience: 'token_endpoint' } : {}),
        // It refuses a request without a scope.
        ...(scope.length === 0 ? {} : { scope: scope.join(' '), default_scope: scope.join(' ') }),
        // It takes the audience by `resource` only.
        ...(audience === undefined ? {} : { resource: audience }),
      };
    },
    rotation: ({ issuer }) => registerManaged(issuer),
    setSecret: (clientId, secret) => change(clientId, { client_secret: secret }),
    disable: (clientId) => change(clientId, { enabled: false }),
    rotateSigningKey: (algorithm) => plugins.rotateSigningKey(algorithm),
  };
}

/** A client by RFC 7591: only such a client has a registration access token. */
async function registerManaged(issuer: string): Promise<ClientAdministration> {
  const body = {
    client_name: 'managed',
    redirect_uris: ['https://client.example.com/callback'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: BASIC,
  };
  const response = await adminRequest('POST', `${issuer}/register`, { body });
  const { client_id, client_secret, registration_access_token, registration_client_uri } =
    (await response.json()) as Readonly<Record<string, string>>;
  return {
    parameters: { registration_client_uri: String(registration_client_uri) },
    members: {
      client_id,
      client_secret,
      registration_access_token,
      token_endpoint_auth_method: BASIC,
    },
  };
}

function toGlewlwydClient(client: ClientRegistration): Readonly<Record<string, unknown>> {
  const { id, method, secret, jwk, scope = [], audience } = client;
  return {
    client_id: id,
    name: id,
    enabled: true,
    confidential: true,
    authorization_type: ['client_credentials'],
    // Its metadata lists only Basic for revocation, and it enforces what is registered there, too.
    token_endpoint_auth_method: method === 'client_secret_post' ? [method, BASIC] : [method],
    scope,
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwk === undefined ? {} : { jwks: { keys: [jwk] } }),
    ...(audience === undefined ? {} : { resource: [audience] }),
  };
}
