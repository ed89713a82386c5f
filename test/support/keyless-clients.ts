import { issueSelfSigned } from '../../local/certificate-authority.ts';
import type { LocalCertificateServer } from '../../local/certificate-server.ts';
import {
  type ClientProof,
  certificateProof,
  identityProof,
  kmsProof,
} from '../../local/client-proofs.ts';
import type { KmsKeySpec } from '../../local/kms-keys.ts';
import { putDocument } from '../../local/seed.ts';
import type { TestSystem } from './test-system.ts';

/** A client without a secret, in words for names of tests. */
export interface KeylessClient {
  /** Name of the credential in team checkout, and of the client. */
  readonly name: string;
  readonly method: 'private_key_jwt' | 'tls_client_auth' | 'self_signed_tls_client_auth';
  readonly prove: (system: TestSystem, clientId: string) => Promise<ClientProof>;
}

// The policy of the caller permits it. Without a scope, an opaque token could have any.
const SCOPE = 'reports:read';

/** A client whose assertions a new key of KMS signs. */
export function byKms(name: string, spec: KmsKeySpec, alg: string): KeylessClient {
  return { name, method: 'private_key_jwt', prove: async ({ kms }) => kmsProof(kms, spec, alg) };
}

/** A client that AWS STS vouches for. */
export function bySts(name: string, alg: string): KeylessClient {
  return {
    name,
    method: 'private_key_jwt',
    async prove({ authorizationServer, sts, caller }, clientId) {
      const role = caller('token-vending-function');
      const { registered, document } = await identityProof(
        authorizationServer,
        sts,
        [role],
        clientId,
      );
      return { registered, document: { ...document, token_endpoint_auth_signing_alg: alg } };
    },
  };
}

export const byCertificate: KeylessClient = {
  name: 'certificate',
  method: 'tls_client_auth',
  prove: async (system, clientId) => await certificateProof(serverOf(system), clientId),
};

export const bySelfSigned: KeylessClient = {
  name: 'self-signed',
  method: 'self_signed_tls_client_auth',
  async prove(system, clientId) {
    const { certificate, key } = await issueSelfSigned(`CN=${clientId}`);
    return {
      registered: { jwks: await serverOf(system).jwksOf(certificate) },
      document: { tls_client_certificate: certificate, tls_client_key: key },
    };
  },
};

/**
 * Registers a client, whose tokens are opaque, and stores its document.
 *
 * @param change members of the document that differ from what the server knows
 * @returns the name of the credential
 */
export async function addKeyless(
  system: TestSystem,
  { name, method, prove }: KeylessClient,
  change: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const clientId = `keyless-${name}`;
  const proof = await prove(system, clientId);
  const server = method === 'private_key_jwt' ? system.authorizationServer : serverOf(system);
  const shared = {
    client_id: clientId,
    token_endpoint_auth_method: method,
    scope: SCOPE,
  } as const;
  server.register({ ...shared, ...proof.registered, opaqueTokens: true });
  const credential = `checkout/${name}`;
  const { store } = system.secretsManager;
  const document = {
    ...{ issuer: server.issuer, ...shared, default_scope: SCOPE },
    ...proof.document,
    ...change,
  };
  await putDocument(store, credential, document);
  return credential;
}

/** The server that requests certificates. */
export function serverOf({ certificateServer }: TestSystem): LocalCertificateServer {
  if (certificateServer === undefined) throw new Error('the system has no certificates: true');
  return certificateServer;
}
