import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type {
  ClientRegistration,
  CredentialMembers,
  InteropServer,
  StartOptions,
} from '../server.ts';
import { startServerProcess } from '../server-process.ts';
import { type Administration, ISSUER_PATHS } from './administration.ts';
import { installation, VERSION } from './install.ts';

const PROGRAM = fileURLToPath(new URL('./serve.ts', import.meta.url));
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384'];

/** oidc-provider, in a process of its own, filled by a route that only it has. */
export const oidcProvider: InteropServer = {
  name: 'oidc-provider',
  title: 'oidc-provider',
  version: VERSION,
  installation,
  offers: {
    methods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt'],
    secretsBeyondAscii: false,
    keyAlgorithms: [...ALGORITHMS, 'ES512', 'EdDSA'],
    signingAlgorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    recipes: { key: 'private_key_jwt', kept: 'rfc7592' },
    tokenFormats: ['jwt', 'opaque'],
    scopes: true,
    audience: 'resource',
    lifetimes: true,
    disabling: false,
    issuers: ['root', 'path', 'slash'],
    introspection: true,
    introspectedFormats: ['opaque'],
    revocation: true,
    metadata: ['openid-configuration', 'oauth-authorization-server'],
  },
  async start({ directory, port, publicUrl }: StartOptions) {
    const url = `http://127.0.0.1:${port}`;
    const server = await startServerProcess({
      program: process.execPath,
      args: ['--no-warnings', PROGRAM, String(port), publicUrl],
      logFile: path.join(directory, 'oidc-provider.log'),
      readyUrl: `${url}/.well-known/openid-configuration`,
    });
    const administer = async (body: Administration) => {
      const response = await fetch(`${url}/administration`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`administration: ${response.status}`);
      return await response.text();
    };
    const issuer = (form: keyof typeof ISSUER_PATHS) => `${publicUrl}${ISSUER_PATHS[form]}`;
    return {
      ...server,
      issuer,
      async register(client: ClientRegistration) {
        await administer({ register: client });
        return {
          issuer: issuer(client.issuer ?? 'root'),
          client_id: client.id,
          token_endpoint_auth_method: client.method,
          ...(client.scope === undefined ? {} : { scope: client.scope.join(' ') }),
          ...(client.audience === undefined ? {} : { resource: client.audience }),
        };
      },
      async rotation({ client_id: clientId }: CredentialMembers) {
        const url = `${publicUrl}/reg/${encodeURIComponent(clientId)}`;
        return {
          parameters: { registration_client_uri: url },
          members: {
            registration_access_token: await administer({ registrationTokenOf: clientId }),
          },
        };
      },
      async setSecret(id: string, secret: string) {
        await administer({ setSecret: { id, secret } });
      },
      disable: () => Promise.reject(new Error('oidc-provider has no such state')),
      async rotateSigningKey(algorithm: string) {
        await administer({ rotateSigningKey: algorithm });
      },
    };
  },
};
