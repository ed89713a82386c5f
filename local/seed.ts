import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { LocalAuthorizationServer } from './authorization-server.ts';
import { ACCOUNT } from './callers.ts';
import type { RegisteredClient } from './provider-configuration.ts';
import type { Secret, SecretStore } from './secret-store.ts';

export const SECRET_PREFIX = 'token-vending/';

interface Credential {
  readonly name: string;
  readonly clientId: string;
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
  readonly scope?: string;
  readonly audience?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** The secret in the document differs from the secret at the server. */
  readonly stale?: boolean;
}

// An OCMS client id is base64url of sorted `key: value` lines.
const ocmsClientId = Buffer.from(
  'owner: example\nsfw: demo@1.0@FAKETENANT\ntid: FAKETENANT\n',
).toString('base64url');

/** The credentials of three teams and of the prober. */
export const credentials: readonly Credential[] = [
  {
    name: 'checkout/orders-api',
    clientId: 'checkout-orders',
    method: 'client_secret_basic',
    scope: 'orders:read orders:write',
    audience: 'https://orders.example.com',
    extra: { default_scope: 'orders:read' },
  },
  {
    name: 'checkout/reports-api',
    clientId: 'checkout-reports',
    method: 'private_key_jwt',
    scope: 'reports:read',
    audience: 'https://reports.example.com',
  },
  {
    name: 'checkout/hiiretail-iam',
    clientId: ocmsClientId,
    method: 'client_secret_basic',
    extra: { profile: 'hiiretail' },
  },
  {
    name: 'inventory/stock-api',
    clientId: 'inventory-stock',
    method: 'client_secret_post',
    scope: 'stock:read stock:write',
    audience: 'https://stock.example.com',
  },
  {
    name: 'inventory/stale-api',
    clientId: 'inventory-stale',
    method: 'client_secret_basic',
    stale: true,
  },
  {
    name: 'payments/ledger-api',
    clientId: 'payments-ledger',
    method: 'client_secret_basic',
    scope: 'ledger:read',
    audience: 'https://ledger.example.com',
    extra: { token_sharing: 'per_principal' },
  },
  {
    name: 'payments/frozen-api',
    clientId: 'payments-frozen',
    method: 'client_secret_basic',
    extra: { status: 'disabled' },
  },
  { name: 'platform/probe', clientId: 'platform-probe', method: 'client_secret_basic' },
];

const newSecret = () => randomBytes(24).toString('hex');

/**
 * Registers every credential at the authorization server and puts its document into Secrets
 * Manager. All secrets are new.
 */
export async function seed(server: LocalAuthorizationServer, store: SecretStore): Promise<void> {
  for (const credential of credentials) await seedOne(server, store, credential);
}

async function seedOne(
  server: LocalAuthorizationServer,
  store: SecretStore,
  credential: Credential,
): Promise<void> {
  const { name, clientId, method, scope, audience, extra } = credential;
  const shared = {
    client_id: clientId,
    token_endpoint_auth_method: method,
    ...(scope === undefined ? {} : { scope }),
  };
  const document = {
    issuer: server.issuer,
    ...shared,
    ...(audience === undefined ? {} : { audience }),
    ...extra,
  };
  if (method === 'private_key_jwt') {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const kid = 'reports-1';
    server.register({
      ...shared,
      jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }] },
    } as RegisteredClient);
    await putDocument(store, name, {
      ...document,
      private_key_jwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256' },
    });
    return;
  }
  const secret = newSecret();
  server.register({ ...shared, client_secret: secret } as RegisteredClient);
  await putDocument(store, name, {
    ...document,
    client_secret: credential.stale ? newSecret() : secret,
  });
}

/**
 * Replaces the secret of a credential at the server and in Secrets Manager. The function is not
 * notified.
 */
export async function rotateSecret(
  server: LocalAuthorizationServer,
  store: SecretStore,
  name: string,
): Promise<void> {
  const current = readDocument(store, name);
  const client = server.find(String(current['client_id']));
  if (client === undefined) throw new Error(`no client is registered for ${name}`);
  const secret = newSecret();
  server.register({ ...client, client_secret: secret });
  await putDocument(store, name, { ...current, client_secret: secret });
}

/** The current document of a credential. Contains its secret. */
export function readDocument(store: SecretStore, name: string): Record<string, unknown> {
  const version = store
    .find(`${SECRET_PREFIX}${name}`)
    ?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  if (version?.text === undefined) throw new Error(`${name} is not in Secrets Manager`);
  return JSON.parse(version.text);
}

/** Writes a document as a new current version. */
export async function putDocument(
  store: SecretStore,
  name: string,
  document: object,
): Promise<void> {
  const secretName = `${SECRET_PREFIX}${name}`;
  const id = crypto.randomUUID();
  const before = store.find(secretName) ?? newSecretRecord(secretName);
  const versions = before.versions.map((version) => ({
    ...version,
    stages: version.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : [],
  }));
  const version = {
    id,
    text: JSON.stringify(document),
    stages: ['AWSCURRENT'],
    createdAt: Date.now() / 1000,
  };
  await store.put({ ...before, versions: [...versions, version] });
}

function newSecretRecord(name: string): Secret {
  return {
    name,
    arn: `arn:aws:secretsmanager:eu-north-1:${ACCOUNT}:secret:${name}-local1`,
    tags: [{ Key: 'app', Value: 'token-vending' }],
    versions: [],
    createdAt: Date.now() / 1000,
  };
}
