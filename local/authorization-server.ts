import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, {
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
} from 'oidc-provider';
import { type Endpoint, Faults } from './authorization-server-faults.ts';
import { listenOnLoopback } from './loopback-server.ts';

/** A registered client, with RFC 7591 names. */
export type RegisteredClient = ClientMetadata & {
  /** Seconds; default 3600. */
  readonly tokenLifetime?: number;
};

export interface AuthorizationServerOptions {
  readonly port: number;
}

/** A certified OpenID provider (oidc-provider) on loopback, with counters and faults. */
export interface LocalAuthorizationServer {
  readonly issuer: string;
  /** Token for dynamic client registration (RFC 7591). */
  readonly registrationToken: string;
  /** Requests by endpoint, including those with a fault. */
  readonly requests: Map<Endpoint, number>;
  readonly faults: Faults;
  /** Registers a client or replaces it, for example to rotate its secret. */
  register(client: RegisteredClient): void;
  find(clientId: string): RegisteredClient | undefined;
  /** Publishes a new key beside the others and signs with it from now on. */
  rotateSigningKey(): Promise<void>;
  /** Stops listening. */
  goDown(): Promise<void>;
  /** Listens again on the same port if it is down. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const SETTING = 'TOKEN_VENDING_LOCAL_PORT_AUTHORIZATION_SERVER';
const PART = 'authorization server';

export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<LocalAuthorizationServer> {
  const clients = new Map<string, RegisteredClient>();
  const requests = new Map<Endpoint, number>();
  const faults = new Faults();
  let serve: http.RequestListener = (_request, response) => response.writeHead(503).end();

  const open = (port: number) =>
    listenOnLoopback(
      http.createServer(async (request, response) => {
        const endpoint = endpointOf(request.url ?? '');
        requests.set(endpoint, (requests.get(endpoint) ?? 0) + 1);
        if (await faults.strike(endpoint, request, response)) return;
        serve(request, response);
      }),
      port,
      PART,
      SETTING,
    );

  let listening = await open(options.port);
  let isDown = false;
  const { url: issuer, port } = listening;
  const registrationToken = randomBytes(24).toString('base64url');
  const keys = await Promise.all(['RS256', 'ES256'].map(generateKey));
  const provide = () => {
    serve = new Provider(issuer, configure(clients, registrationToken, keys)).callback();
  };
  provide();

  return {
    issuer,
    registrationToken,
    requests,
    faults,
    register: (client) => clients.set(client.client_id, client),
    find: (clientId) => clients.get(clientId),
    async rotateSigningKey() {
      keys.unshift(await generateKey('RS256'));
      provide();
    },
    goDown: async () => {
      isDown = true;
      await listening.close();
    },
    comeBack: async () => {
      if (isDown) listening = await open(port);
      isDown = false;
    },
    close: () => listening.close(),
  };
}

function endpointOf(target: string): Endpoint {
  const path = target.split('?')[0];
  if (path?.startsWith('/.well-known/')) return 'metadata';
  const known: Record<string, Endpoint> = {
    '/token': 'token',
    '/jwks': 'jwks',
    '/token/revocation': 'revocation',
    '/token/introspection': 'introspection',
  };
  return known[path ?? ''] ?? 'other';
}

function configure(
  clients: Map<string, RegisteredClient>,
  registrationToken: string,
  keys: readonly JWK[],
): Configuration {
  return {
    adapter: (model: string) => new MemoryAdapter(model === 'Client' ? clients : undefined),
    clientDefaults: { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
    // The server signs with the first key that fits.
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
    ],
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] },
    ttl: {
      ClientCredentials: (_ctx, _token, client) =>
        clients.get(client.clientId)?.tokenLifetime ?? 3600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      registration: { enabled: true, initialAccessToken: registrationToken },
      resourceIndicators: {
        enabled: true,
        // oidc-provider supports `resource` (RFC 8707). OCMS, Auth0 and others use `audience` for
        // it.
        defaultResource: (ctx) =>
          String(ctx.oidc.body?.['audience'] ?? 'https://api.local.example'),
        getResourceServerInfo: (_ctx, resource, client) => ({
          scope: client.scope ?? '',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

async function generateKey(alg: string): Promise<JWK> {
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
    const { tokenLifetime: _, ...metadata } = client;
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
