import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { adminRequest } from '../admin-request.ts';
import { findFreePort } from '../front.ts';
import { generateJwk } from '../generated-jwk.ts';
import {
  type InteropServer,
  RSA_AND_EC_ALGORITHMS,
  type RunningServer,
  type StartOptions,
} from '../server.ts';
import { startServerProcess } from '../server-process.ts';
import { toHydraClient, toMembers } from './client.ts';
import { HYDRA, installation, VERSION } from './install.ts';

const TOKEN_KEYS = 'hydra.jwt.access-token';
const KEY_SETS = [TOKEN_KEYS, 'hydra.openid.id-token'];

/** Ory Hydra with its database in memory, filled by its admin port. */
export const hydra: InteropServer = {
  name: 'hydra',
  title: 'Ory Hydra',
  version: VERSION,
  installation,
  offers: {
    methods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    secretsBeyondAscii: true,
    keyAlgorithms: RSA_AND_EC_ALGORITHMS,
    signingAlgorithms: ['RS256', 'ES256', 'ES384', 'ES512', 'PS256', 'EdDSA'],
    recipes: { secret: 'hydra', key: 'private_key_jwt_hydra' },
    tokenFormats: ['jwt', 'opaque'],
    scopes: true,
    audience: 'parameter',
    lifetimes: true,
    // A client is either registered or deleted.
    disabling: false,
    // One issuer for a process. OCMS, which is a Hydra, has a slash at the end of its issuer.
    issuers: ['slash'],
    introspection: true,
    revocation: true,
    metadata: ['openid-configuration'],
    // `invalid_request`.
    vague: ['audience', 'kid'],
  },
  async start({ directory, port, publicUrl }: StartOptions) {
    const adminPort = await findFreePort();
    const configuration = path.join(directory, 'hydra.json');
    // Not in memory: SQLite drops that when its last idle connection is closed, as after a pause.
    const dsn = `sqlite://${path.join(directory, 'hydra.sqlite')}?_fk=true`;
    await writeFile(configuration, JSON.stringify(configure(port, adminPort, publicUrl, dsn)));
    await promisify(execFile)(HYDRA, ['migrate', 'sql', 'up', '-e', '--yes'], {
      env: { DSN: dsn },
    });
    const admin = `http://127.0.0.1:${adminPort}`;
    const server = await startServerProcess({
      program: HYDRA,
      // --dev: HTTP without TLS.
      args: ['serve', 'all', '--dev', '--config', configuration],
      logFile: path.join(directory, 'hydra.log'),
      readyUrl: `${admin}/health/ready`,
    });
    try {
      // Otherwise it would generate RSA keys of 4096 bits in the first requests, for 5 s and more.
      await Promise.all(KEY_SETS.map((set) => addKey(`${admin}/admin`, set, 'RS256')));
    } catch (error) {
      await server.stop();
      throw error;
    }
    return { ...server, ...administer(`${admin}/admin`, `${publicUrl}/`) };
  },
};

function configure(port: number, adminPort: number, publicUrl: string, dsn: string): unknown {
  return {
    serve: {
      public: { host: '127.0.0.1', port },
      admin: { host: '127.0.0.1', port: adminPort },
    },
    dsn,
    urls: { self: { issuer: `${publicUrl}/`, public: `${publicUrl}/` } },
    secrets: { system: [randomBytes(16).toString('hex')] },
    // No request to the telemetry service of the vendor.
    sqa: { opt_out: true },
    log: { level: 'warn' },
  };
}

function administer(
  admin: string,
  issuer: string,
): Pick<
  RunningServer,
  'issuer' | 'register' | 'setSecret' | 'disable' | 'rotation' | 'rotateSigningKey'
> {
  return {
    // Its admin API requires no token.
    rotation: async () => ({ parameters: { admin_url: admin.replace(/\/admin$/, '') } }),
    issuer: () => issuer,
    async register(client) {
      await adminRequest('POST', `${admin}/clients`, { body: toHydraClient(client) });
      return toMembers(client, issuer, `${admin}/oauth2/introspect`);
    },
    async setSecret(clientId, secret) {
      const change = { op: 'replace', path: '/client_secret', value: secret };
      const url = `${admin}/clients/${encodeURIComponent(clientId)}`;
      await adminRequest('PATCH', url, { body: [change] });
    },
    async disable(clientId) {
      throw new Error(`Hydra cannot disable ${clientId}`);
    },
    rotateSigningKey: (algorithm) => addKey(admin, TOKEN_KEYS, algorithm),
  };
}

/** Hydra signs with the newest key of a set and publishes all of them. */
async function addKey(admin: string, set: string, algorithm: string): Promise<void> {
  const key = await generateJwk(algorithm);
  await adminRequest('PUT', `${admin}/keys/${set}/${key.kid}`, { body: key });
}
