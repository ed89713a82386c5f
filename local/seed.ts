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
import { SECRET_POLICY, SECRET_PREFIX, SECRETS_KEY } from './secret-settings.ts';
import type { Secret, SecretStore } from './secret-store.ts';
import type { LocalSts } from './security-token-service.ts';
import { credentials, SERVER_ADMIN, type SeededCredential } from './seeded-credentials.ts';

/** What proves the clients of the local system. */
export interface SeededParts {
  readonly authorizationServer: LocalAuthorizationServer;
  /** Without it, there is no credential with a certificate. */
  readonly certificateServer: LocalCertificateServer | undefined;
  readonly kms: LocalKms;
  readonly sts: LocalSts;
  /** The roles of the functions that obtain tokens. */
  readonly roles: readonly LocalCaller[];
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

async function prove(credential: SeededCredential, parts: SeededParts): Promise<ClientProof> {
  const { clientId, method, source } = credential;
  const { authorizationServer, certificateServer, kms, sts, roles } = parts;
  if (method === 'tls_client_auth')
    return await certificateProof(certificateServer as LocalCertificateServer, clientId);
  if (source === 'kms') return kmsProof(kms, 'ECC_NIST_P256', 'ES256');
  if (source === 'aws_web_identity')
    return await identityProof(authorizationServer, sts, roles, clientId);
  return method === 'private_key_jwt' ? await keyProof('reports-1') : secretProof();
}

async function seedOne(
  server: Pick<LocalAuthorizationServer, 'issuer'> & { register(client: RegisteredClient): void },
  proof: ClientProof,
  store: SecretStore,
  credential: SeededCredential,
): Promise<void> {
  const { name, clientId, method, scope, audience, extra, isRotated, stale = false } = credential;
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
    ...(isRotated === true ? { rotation: rotationBy(server.issuer) } : {}),
    ...proof.document,
    ...(stale ? { client_secret: newSecret() } : {}),
  });
}

function rotationBy(admin_url: string): object {
  return { recipe: 'hydra', admin_credential: SERVER_ADMIN, parameters: { admin_url } };
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
    kmsKeyId: SECRETS_KEY,
    policy: SECRET_POLICY,
  };
}
