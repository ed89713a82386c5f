import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** A new private key that signs by `algorithm`, with a `kid` of its own. */
export async function generateJwk(algorithm: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = `${algorithm}-${randomBytes(8).toString('hex')}`;
  return { ...(await exportJWK(privateKey)), alg: algorithm, kid, use: 'sig' };
}
