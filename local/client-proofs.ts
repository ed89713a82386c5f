import { createPublicKey, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { LocalAuthorizationServer } from './authorization-server.ts';
import type { LocalCaller } from './callers.ts';
import type { LocalCertificateServer } from './certificate-server.ts';
import type { LocalKms } from './kms.ts';
import type { KmsKeySpec } from './kms-keys.ts';
import type { LocalSts } from './security-token-service.ts';
import { subjectOf } from './web-identity-issuer.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a client proves itself with: at the server, and in the credential document. */
export interface ClientProof {
  readonly registered: Members;
  readonly document: Members;
}

export const newSecret = () => randomBytes(24).toString('hex');

export function secretProof(): ClientProof {
  const members = { client_secret: newSecret() };
  return { registered: members, document: members };
}

/** A key in the document (ES256). */
export async function keyProof(kid: string): Promise<ClientProof> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    registered: { jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }] } },
    document: { private_key_jwk: { ...(await exportJWK(privateKey)), kid, alg: 'ES256' } },
  };
}

/** A new key in KMS. */
export function kmsProof(kms: LocalKms, spec: KmsKeySpec, alg: string): ClientProof {
  const { id: kid, arn, privateKey } = kms.keys.create({ spec });
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    registered: { jwks: { keys: [{ ...jwk, kid, alg, use: 'sig' }] } },
    document: {
      client_assertion_source: 'kms',
      kms_key_id: arn,
      token_endpoint_auth_signing_alg: alg,
    },
  };
}

/** The roles of functions, for which STS vouches. */
export async function identityProof(
  { trusted, issuer }: LocalAuthorizationServer,
  sts: LocalSts,
  roles: readonly LocalCaller[],
  clientId: string,
): Promise<ClientProof> {
  sts.audiences.add(issuer);
  const jwks = await trusted.trust({
    issuer: sts.url,
    jwksUri: `${sts.url}/.well-known/jwks.json`,
    subjects: roles.map(subjectOf),
    clientId,
  });
  return {
    registered: { jwks },
    document: {
      client_assertion_source: 'aws_web_identity',
      token_endpoint_auth_signing_alg: 'ES384',
    },
  };
}

/** A new certificate, which the server knows by its subject. */
export async function certificateProof(
  { clients }: LocalCertificateServer,
  commonName: string,
): Promise<ClientProof> {
  const subject = `CN=${commonName}`;
  const { certificate, key } = await clients.issue({ subject, usage: 'client' });
  return {
    registered: { tls_client_auth_subject_dn: subject },
    document: { tls_client_certificate: certificate, tls_client_key: key },
  };
}
