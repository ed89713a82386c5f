import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type InteropServer, RSA_AND_EC_ALGORITHMS, type StartOptions } from '../server.ts';
import { startServerProcess } from '../server-process.ts';
import { KeycloakAdmin } from './admin.ts';
import { prepareHttps } from './https.ts';
import { installation, KC, VERSION } from './install.ts';
import { openRealm } from './realm.ts';

/** Keycloak, as its distribution is, filled by its admin REST API. */
export const keycloak: InteropServer = {
  name: 'keycloak',
  title: 'Keycloak',
  version: VERSION,
  installation,
  offers: {
    methods: [
      'client_secret_basic',
      'client_secret_post',
      'client_secret_jwt',
      'private_key_jwt',
      'tls_client_auth',
    ],
    webIdentity: true,
    secretsBeyondAscii: true,
    keyAlgorithms: [...RSA_AND_EC_ALGORITHMS, 'EdDSA'],
    signingAlgorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'],
    recipes: { secret: 'keycloak', key: 'private_key_jwt_keycloak' },
    tokenFormats: ['jwt'],
    scopes: true,
    audience: 'configured',
    lifetimes: true,
    disabling: true,
    issuers: ['path'],
    introspection: true,
    revocation: true,
    metadata: ['openid-configuration', 'oauth-authorization-server'],
  },
  async start({ directory, port, publicUrl }: StartOptions) {
    const url = `http://127.0.0.1:${port}`;
    const https = await prepareHttps(directory);
    const password = randomBytes(16).toString('hex');
    const options = [
      '--optimized',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      `--hostname=${publicUrl}`,
      '--cache=local',
      ...https.options,
    ];
    const server = await startServerProcess({
      program: KC,
      args: ['start', ...options],
      environment: {
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: password,
        // It starts in half of the time.
        JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -Xmx512m',
      },
      logFile: path.join(directory, 'keycloak.log'),
      readyUrl: `${url}/realms/master`,
    });
    try {
      const admin = new KeycloakAdmin(url, password);
      const realm = await openRealm(admin, 'interop', publicUrl);
      const { serverAuthority, clients } = https;
      const certificates = { serverAuthority, clients };
      const secure = await openRealm(admin, 'certificates', https.url);
      return {
        ...server,
        ...realm,
        certificates,
        register: (client) =>
          (client.method === 'tls_client_auth' ? secure : realm).register(client),
      };
    } catch (error) {
      await server.stop();
      throw error;
    }
  },
};
