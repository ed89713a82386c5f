import type { LocalAuthorizationServer } from './authorization-server.ts';
import { ACCOUNT, type LocalCaller } from './callers.ts';
import type { LocalCertificateServer } from './certificate-server.ts';
import {
  type ClientProof,
  certificateProof,
  identityProof,
  keyProof,
  kmsProof,
  newSecret,
  secretProof,
} from './client-proofs.ts';
import type { LocalKms } from './kms.ts';
import type { RegisteredClient } from './provider-configuration.ts';
import type { Secret, SecretStore } from './secret-store.ts';
import type { LocalSts } from './security-token-service.ts';

export const SECRET_PREFIX = 'token-vending/';

interface Credential {
  readonly name: string;
  readonly clientId: string;
  readonly method:
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'private_key_jwt'
    | 'tls_client_auth';
  /** What signs the assertions of `private_key_jwt`; default: a key of the document. */
  readonly source?: 'kms' | 'aws_web_identity';
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
    name: 'checkout/invoices-api',
    clientId: 'checkout-invoices',
    method: 'private_key_jwt',
    source: 'kms',
    audience: 'https://invoices.example.com',
  },
  {
    name: 'checkout/shipping-api',
    clientId: 'checkout-shipping',
    method: 'private_key_jwt',
    source: 'aws_web_identity',
    audience: 'https://shipping.example.com',
  },
  {
    name: 'checkout/bank-api',
    clientId: 'checkout-bank',
    method: 'tls_client_auth',
    audience: 'https://bank.example.com',
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

/** What proves the clients of the local system. */
export interface SeededParts {
  readonly authorizationServer: LocalAuthorizationServer;
  /** Without it, there is no credential with a certificate. */
  readonly certificateServer: LocalCertificateServer | undefined;
  readonly kms: LocalKms;
  readonly sts: LocalSts;
  /** The role of the function. */
  readonly role: LocalCaller;
}

/**
 * Registers every credential at the authorization server and puts its document into Secrets
 * Manager. All secrets are new.
 */
export async function seed(parts: SeededParts, store: SecretStore): Promise<void> {
  for (const credential of credentials) {
    const { certificateServer, authorizationServer } = parts;
    const server =
      credential.method === 'tls_client_auth' ? certificateServer : authorizationServer;
    if (server !== undefined)
      await seedOne(server, await prove(credential, parts), store, credential);
  }
}

async function prove(credential: Credential, parts: SeededParts): Promise<ClientProof> {
  const { clientId, method, source } = credential;
  const { authorizationServer, certificateServer, kms, sts, role } = parts;
  if (method === 'tls_client_auth')
    return await certificateProof(certificateServer as LocalCertificateServer, clientId);
  if (source === 'kms') return kmsProof(kms, 'ECC_NIST_P256', 'ES256');
  if (source === 'aws_web_identity')
    return await identityProof(authorizationServer, sts, role, clientId);
  return method === 'private_key_jwt' ? await keyProof('reports-1') : secretProof();
}

async function seedOne(
  server: Pick<LocalAuthorizationServer, 'issuer'> & { register(client: RegisteredClient): void },
  proof: ClientProof,
  store: SecretStore,
  credential: Credential,
): Promise<void> {
  const { name, clientId, method, scope, audience, extra, stale = false } = credential;
  const shared = {
    client_id: clientId,
    token_endpoint_auth_method: method,
    ...(scope === undefined ? {} : { scope }),
  };
  server.register({ ...shared, ...proof.registered });
  await putDocument(store, name, {
    issuer: server.issuer,
    ...shared,
    ...(audience === undefined ? {} : { audience }),
    ...extra,
    ...proof.document,
    ...(stale ? { client_secret: newSecret() } : {}),
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
