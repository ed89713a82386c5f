import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type InteropServer, RSA_AND_EC_ALGORITHMS, type StartOptions } from '../server.ts';
import { startServerProcess } from '../server-process.ts';
import { administer } from './admin.ts';
import { GLEWLWYD, installation, libraryDirectories, ROOT, VERSION } from './install.ts';

const ALGORITHMS = [...RSA_AND_EC_ALGORITHMS, 'EdDSA'];

/** Glewlwyd with an empty database, filled by its administration. */
export const glewlwyd: InteropServer = {
  name: 'glewlwyd',
  title: 'Glewlwyd',
  version: VERSION,
  installation,
  offers: {
    methods: ['client_secret_post', 'client_secret_basic', 'client_secret_jwt', 'private_key_jwt'],
    literalBasic: true,
    secretsBeyondAscii: true,
    keyAlgorithms: ALGORITHMS,
    signingAlgorithms: ALGORITHMS,
    recipes: { issued: 'rfc7592' },
    tokenFormats: ['jwt'],
    scopes: true,
    audience: 'resource',
    lifetimes: true,
    disabling: true,
    issuers: ['path', 'slash'],
    introspection: true,
    revocation: true,
    metadata: ['openid-configuration'],
    // An empty 403, and `scope_invalid`.
    vague: ['client', 'scope'],
  },
  async start({ directory, port, publicUrl }: StartOptions) {
    const database = path.join(directory, 'glewlwyd.db');
    createTables(database);
    const server = await startServerProcess({
      program: GLEWLWYD,
      args: ['--env-variables'],
      environment: configure(port, publicUrl, database),
      logFile: path.join(directory, 'glewlwyd.log'),
      readyUrl: `http://127.0.0.1:${port}/config`,
    });
    const api = `http://127.0.0.1:${port}/api`;
    return { ...server, ...administer(api, `${publicUrl}/api`) };
  },
};

function createTables(file: string): void {
  const script = path.join(ROOT, 'usr/share/dbconfig-common/data/glewlwyd/install/sqlite3');
  const database = new DatabaseSync(file);
  database.exec(readFileSync(script, 'utf8'));
  database.close();
}

function configure(port: number, publicUrl: string, database: string): Record<string, string> {
  const modules = path.join(ROOT, 'usr/lib/glewlwyd');
  return {
    LD_LIBRARY_PATH: libraryDirectories().join(':'),
    GLWD_PORT: String(port),
    GLWD_BIND_ADDRESS: '127.0.0.1',
    GLWD_EXTERNAL_URL: publicUrl,
    GLWD_API_PREFIX: 'api',
    GLWD_LOGIN_URL: 'login.html',
    GLWD_LOG_MODE: 'console',
    GLWD_ADMIN_SCOPE: 'g_admin',
    GLWD_PROFILE_SCOPE: 'g_profile',
    GLWD_HASH_ALGORITHM: 'SHA512',
    GLWD_USER_MODULE_PATH: path.join(modules, 'user'),
    GLWD_CLIENT_MODULE_PATH: path.join(modules, 'client'),
    GLWD_AUTH_SCHEME_MODULE_PATH: path.join(modules, 'scheme'),
    GLWD_PLUGIN_MODULE_PATH: path.join(modules, 'plugin'),
    GLWD_DATABASE_TYPE: 'sqlite3',
    GLWD_DATABASE_SQLITE3_PATH: database,
  };
}
