import { randomBytes } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';
import { type Endpoint, Faults } from './authorization-server-faults.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { configureProvider, generateKey, type RegisteredClient } from './provider-configuration.ts';
import { serveAdmin } from './server-admin.ts';
import { TrustedIdentities } from './trusted-identities.ts';

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
  /** The identities of other issuers that authenticate clients here. */
  readonly trusted: TrustedIdentities;
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
  const trusted = new TrustedIdentities();
  let serve: http.RequestListener = (_request, response) => response.writeHead(503).end();

  const open = (port: number) =>
    listenOnLoopback(
      http.createServer(async (request, response) => {
        const endpoint = endpointOf(request.url ?? '');
        requests.set(endpoint, (requests.get(endpoint) ?? 0) + 1);
        if (await faults.strike(endpoint, request, response)) return;
        if (await serveAdmin({ issuer, keys, clients }, request, response)) return;
        serve(await trusted.exchange(request, issuer), response);
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
    const settings = { clients, registrationToken, keys, algorithm: 'RS256' };
    serve = new Provider(issuer, configureProvider(settings)).callback();
  };
  provide();

  return {
    issuer,
    registrationToken,
    requests,
    faults,
    trusted,
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
  if (path?.startsWith('/admin/')) return 'admin';
  return known[path ?? ''] ?? 'other';
}
