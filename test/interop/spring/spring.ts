import path from 'node:path';
import { adminRequest } from '../admin-request.ts';
import { findFreePort } from '../front.ts';
import {
  type ClientRegistration,
  type InteropServer,
  type IssuerForm,
  RSA_AND_EC_ALGORITHMS,
  type RunningServer,
  type StartOptions,
} from '../server.ts';
import { startServerProcess } from '../server-process.ts';
import { installation, JAR, VERSION } from './install.ts';

/** Spring Authorization Server with the settings of Spring Boot, in the application of this folder. */
export const spring: InteropServer = {
  name: 'spring',
  title: 'Spring Authorization Server',
  version: VERSION,
  installation,
  offers: {
    methods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
    secretsBeyondAscii: true,
    keyAlgorithms: RSA_AND_EC_ALGORITHMS,
    signingAlgorithms: ['RS256'],
    // `sub` and `aud` are the client id, which other servers fill with something else.
    anonymousTokens: true,
    tokenFormats: ['jwt', 'opaque'],
    scopes: true,
    audience: 'none',
    lifetimes: true,
    disabling: false,
    issuers: ['root', 'path'],
    introspection: true,
    revocation: true,
    metadata: ['openid-configuration', 'oauth-authorization-server'],
  },
  async start({ directory, port, publicUrl }: StartOptions) {
    const adminPort = await findFreePort();
    const settings = ['--server.address=127.0.0.1', `--server.port=${port}`];
    const server = await startServerProcess({
      program: 'java',
      // Without the optimizing compiler it starts in half of the time.
      args: [
        '-XX:TieredStopAtLevel=1',
        '-Xmx256m',
        '-jar',
        JAR,
        ...settings,
        `--admin.port=${adminPort}`,
      ],
      cwd: directory,
      logFile: path.join(directory, 'spring.log'),
      readyUrl: `http://127.0.0.1:${port}/.well-known/openid-configuration`,
    });
    return { ...server, ...administer(`http://127.0.0.1:${adminPort}`, publicUrl) };
  },
};

function administer(
  admin: string,
  publicUrl: string,
): Pick<RunningServer, 'issuer' | 'register' | 'setSecret' | 'disable' | 'rotateSigningKey'> {
  const clients = new Map<string, ClientRegistration>();
  const put = async (client: ClientRegistration) => {
    clients.set(client.id, client);
    await adminRequest('PUT', `${admin}/clients`, { body: toSpringClient(client) });
  };
  // It takes every path as an issuer.
  const issuer = (form: IssuerForm) => (form === 'path' ? `${publicUrl}/tenants/a` : publicUrl);
  return {
    issuer,
    async register(client) {
      await put(client);
      const { id, method, scope } = client;
      return {
        issuer: issuer(client.issuer ?? 'root'),
        client_id: id,
        token_endpoint_auth_method: method,
        ...(scope === undefined ? {} : { scope: scope.join(' ') }),
      };
    },
    async setSecret(clientId, secret) {
      const client = clients.get(clientId);
      if (client === undefined) throw new Error(`there is no client ${clientId}`);
      await put({ ...client, secret });
    },
    async disable(clientId) {
      throw new Error(`Spring Authorization Server cannot disable ${clientId}`);
    },
    async rotateSigningKey() {
      await adminRequest('POST', `${admin}/signing-keys`);
    },
  };
}

function toSpringClient(client: ClientRegistration): Readonly<Record<string, unknown>> {
  const { id, method, secret, jwk, scope, lifetimeSeconds, tokenFormat } = client;
  // Without an algorithm the server refuses every assertion of the client.
  const algorithm = jwk?.['alg'] ?? (method === 'client_secret_jwt' ? 'HS256' : undefined);
  return {
    client_id: id,
    client_secret: secret,
    token_endpoint_auth_method: method,
    token_endpoint_auth_signing_alg: algorithm,
    jwks: jwk === undefined ? undefined : { keys: [jwk] },
    scope: scope ?? [],
    // The default of Spring.
    access_token_lifetime: lifetimeSeconds ?? 300,
    access_token_format: tokenFormat === 'opaque' ? 'reference' : 'self-contained',
  };
}
