import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Adapter, AdapterPayload, ClientMetadata, Configuration } from 'oidc-provider';
import { ADMIN_SCOPE } from './server-admin.ts';

const WITH_CERTIFICATES = [
  ...(['client_secret_basic', 'private_key_jwt'] as const),
  ...(['tls_client_auth', 'self_signed_tls_client_auth'] as const),
];

/** A registered client, with RFC 7591 names. */
export type RegisteredClient = ClientMetadata & {
  /** Seconds; default 3600. */
  readonly tokenLifetime?: number;
  /** Whether its tokens are opaque; default: they are JWTs. */
  readonly opaqueTokens?: boolean;
};

const ASSERTION_ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
];

export interface ProviderSettings {
  readonly clients: Map<string, RegisteredClient>;
  readonly registrationToken: string;
  /** The server signs with the first key that fits. */
  readonly keys: readonly JWK[];
  /** Of access tokens. */
  readonly algorithm: string;
  /** Certificates of clients (RFC 8705); default: none. */
  readonly mTLS?: NonNullable<Configuration['features']>['mTLS'];
  /** More members of the metadata. */
  readonly discovery?: Readonly<Record<string, unknown>>;
}

/** The configuration of oidc-provider for the local system: the client credentials grant, and tokens as JWT. */
export function configureProvider(settings: ProviderSettings): Configuration {
  const { clients, registrationToken, keys, algorithm, mTLS, discovery = {} } = settings;
  return {
    adapter: (model: string) => new MemoryAdapter(model === 'Client' ? clients : undefined),
    clientDefaults: {
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: algorithm as 'RS256',
    },
    discovery,
    ...(mTLS === undefined ? {} : { clientAuthMethods: [...WITH_CERTIFICATES] }),
    jwks: { keys: [...keys] },
    scopes: [
      'orders:read',
      'orders:write',
      'reports:read',
      'stock:read',
      'stock:write',
      'ledger:read',
      'ledger:write',
      'tickets:read',
      'tickets:write',
      ADMIN_SCOPE,
    ],
    enabledJWA: { clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS] },
    ttl: {
      ClientCredentials: (_ctx, _token, client) =>
        clients.get(client.clientId)?.tokenLifetime ?? 3600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: isOwnToken },
      revocation: { enabled: true, allowedPolicy: isOwnToken },
      registration: { enabled: true, initialAccessToken: registrationToken },
      ...(mTLS === undefined ? {} : { mTLS }),
      resourceIndicators: {
        enabled: true,
        // oidc-provider supports `resource` (RFC 8707). OCMS, Auth0 and others use `audience` for
        // it.
        defaultResource: (ctx) =>
          String(ctx.oidc.body?.['audience'] ?? 'https://api.local.example'),
        getResourceServerInfo: (_ctx, resource, client) => ({
          scope: client.scope ?? '',
          audience: resource,
          accessTokenFormat: clients.get(client.clientId)?.opaqueTokens ? 'opaque' : 'jwt',
          jwt: { sign: { alg: algorithm as 'RS256' } },
        }),
      },
    },
  };
}

function isOwnToken(
  _ctx: unknown,
  client: { clientId: string },
  token: { clientId?: string | undefined },
) {
  return token.clientId === client.clientId;
}

/** A key with which a server signs. */
export async function generateKey(alg: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `local-${alg}-${randomBytes(4).toString('hex')}`;
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid };
}

/**
 * Stores nothing: JWT access tokens are self-contained, and clients are read from the register at
 * every request.
 */
class MemoryAdapter implements Adapter {
  readonly #clients: Map<string, RegisteredClient> | undefined;
  readonly #records = new Map<string, AdapterPayload>();

  constructor(clients: Map<string, RegisteredClient> | undefined) {
    this.#clients = clients;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const client = this.#clients?.get(id);
    if (client === undefined) return this.#records.get(id);
    const { tokenLifetime: _, opaqueTokens: __, ...metadata } = client;
    return metadata as AdapterPayload;
  }

  async upsert(id: string, payload: AdapterPayload) {
    if (this.#clients === undefined) this.#records.set(id, payload);
    else this.#clients.set(id, payload as RegisteredClient);
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
