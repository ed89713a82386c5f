import type { JWK } from 'jose';
import { type Adapter, type AdapterPayload, type Configuration, errors } from 'oidc-provider';
import type { ClientRegistration } from '../server.ts';

type Clients = ReadonlyMap<string, ClientRegistration>;

/** The first of `keys` signs the tokens; all are published. */
export function configure(clients: Clients, keys: readonly JWK[]): Configuration {
  return {
    adapter: (model: string) => new ClientsAdapter(model === 'Client' ? clients : undefined),
    clientDefaults: { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    jwks: { keys: [...keys] },
    scopes: ['orders:read', 'orders:write', 'orders:admin'],
    enabledJWA: {
      clientAuthSigningAlgValues: [
        'HS256',
        'RS256',
        'RS384',
        'RS512',
        'PS256',
        'PS384',
        'PS512',
        'ES256',
        'ES384',
        'ES512',
        'EdDSA',
      ],
    },
    ttl: {
      ClientCredentials: (_ctx, _token, client) =>
        clients.get(client.clientId)?.lifetimeSeconds ?? 3_600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      // Nobody registers a client here.
      registration: { enabled: true, initialAccessToken: true },
      // By default a response to an update has a new registration access token, which is lost if the
      // function is killed before it stores it (docs/rotation.md).
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_ctx, client) => resourceOf(clients, client?.clientId),
        getResourceServerInfo: (_ctx, resource, client) => {
          if (resource !== resourceOf(clients, client.clientId)) throw new errors.InvalidTarget();
          return {
            scope: client.scope ?? '',
            audience: resource,
            ...(clients.get(client.clientId)?.tokenFormat === 'opaque'
              ? { accessTokenFormat: 'opaque' }
              : { accessTokenFormat: 'jwt', jwt: { sign: { alg: keys[0]?.alg ?? 'RS256' } } }),
          };
        },
      },
    },
  } as Configuration;
}

function resourceOf(clients: Clients, clientId = ''): string {
  return clients.get(clientId)?.audience ?? 'https://api.example.com';
}

/** Clients as they are registered or updated at this moment, and tokens in memory. */
class ClientsAdapter implements Adapter {
  readonly #clients: Clients | undefined;
  readonly #records = new Map<string, AdapterPayload>();

  constructor(clients: Clients | undefined) {
    this.#clients = clients;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const client = this.#clients?.get(id);
    return this.#records.get(id) ?? (client && metadataOf(client));
  }

  async upsert(id: string, payload: AdapterPayload) {
    this.#records.set(id, payload);
  }

  async destroy(id: string) {
    this.#records.delete(id);
  }

  async findByUid() {
    return undefined;
  }

  async findByUserCode() {
    return undefined;
  }

  async consume() {}

  async revokeByGrantId() {}
}

function metadataOf({ id, method, secret, jwk, scope }: ClientRegistration): AdapterPayload {
  return {
    client_id: id,
    token_endpoint_auth_method: method,
    ...(secret === undefined ? {} : { client_secret: secret }),
    ...(jwk === undefined ? {} : { jwks: { keys: [jwk] } }),
    ...(scope === undefined ? {} : { scope: scope.join(' ') }),
  } as AdapterPayload;
}
