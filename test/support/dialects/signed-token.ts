import { CompactSign, importJWK } from 'jose';
import { ecKeyPair, ed25519KeyPair, rsaKeyPair, type SigningKeyPair } from '../signing-keys.ts';

/** A key of a server, with the algorithm of its signatures. */
export interface ServerKey {
  readonly alg: string;
  readonly pair: SigningKeyPair;
}

const made = new Map<string, ServerKey>();

const MAKERS: Readonly<Record<string, () => SigningKeyPair>> = {
  R: () => rsaKeyPair(),
  P: () => rsaKeyPair(),
  ES256: () => ecKeyPair('P-256'),
  ES384: () => ecKeyPair('P-384'),
  ES512: () => ecKeyPair('P-521'),
  EdDSA: () => ed25519KeyPair(),
};

/**
 * A key of this algorithm. The same name is the same key, because RSA keys take long to make.
 *
 * @param name such as `RS256`, or `ES256 old` for another key of that algorithm
 */
export function serverKey(name: string): ServerKey {
  const known = made.get(name);
  if (known !== undefined) return known;
  const alg = name.split(' ')[0] as string;
  const make = MAKERS[alg] ?? (MAKERS[alg.slice(0, 1)] as () => SigningKeyPair);
  const key = { alg, pair: make() };
  made.set(name, key);
  return key;
}

/** The public members of a key, as a server publishes them. */
export function publishedJwk(name: string): Record<string, unknown> {
  return { ...(serverKey(name).pair.publicKey.export({ format: 'jwk' }) as object) };
}

/**
 * A JWT (RFC 7515) in compact form.
 *
 * @param key name of the key that signs; `HS256` and `none` for signatures that nobody can verify
 * @param payload a JSON object, or the text of the payload
 */
export async function signToken(
  key: string,
  header: object,
  payload: object | string,
): Promise<string> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const alg = key.split(' ')[0] as string;
  const protectedHeader = { alg, ...header };
  if (alg === 'none') return `${base64url(JSON.stringify(protectedHeader))}.${base64url(text)}.`;
  const signer = new CompactSign(new TextEncoder().encode(text));
  return await signer.setProtectedHeader(protectedHeader).sign(await signingKey(key, alg));
}

async function signingKey(key: string, alg: string) {
  if (alg === 'HS256') return new Uint8Array(32).fill(7);
  return await importJWK(serverKey(key).pair.privateJwk as Parameters<typeof importJWK>[0], alg);
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
