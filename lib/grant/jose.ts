import {
  type CryptoKey,
  compactVerify,
  decodeProtectedHeader,
  importJWK,
  type JWTHeaderParameters,
} from 'jose';
import type { PrivateKeyJwk } from '../credential/private-key-jwk.ts';
import { VendError } from '../errors/vend-error.ts';
import { withoutBody } from '../errors/without-body.ts';
import type { HttpsTransport } from '../http/https-transport.ts';
import { isJsonObject, parseJson } from '../http/json.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/system-clock.ts';
import { KeySets } from './key-sets.ts';
import {
  type KeyHeader,
  keysFor,
  type PublishedKey,
  readKeySet,
  SIGNATURE_ALGORITHMS,
} from './published-keys.ts';
import { readClaims } from './token-claims.ts';
import type { TokenVerifier, VerificationResult } from './token-verifier.ts';
import { unreadableResponse, upstreamErrorOf } from './upstream-error.ts';
import { openUpstreamTransport } from './upstream-transport.ts';

/** JWT signatures by the issuer's JWKS through jose. {@link KeySets} keeps the keys. */
export function openJoseVerifier(
  connect: HttpsTransport,
  clock: Clock = systemClock,
): TokenVerifier {
  const transport = openUpstreamTransport(connect, 'keys');
  const sets = new KeySets((uri, signal) => readKeys(transport, uri, signal), clock);
  return {
    prepare({ href }) {
      void sets.get(href, new AbortController().signal).catch(() => undefined);
    },
    async verify(token, { href }, signal) {
      const header = readHeader(token);
      if (header === undefined) return { valid: false, reason: 'malformed' };
      if (!SIGNATURE_ALGORITHMS.includes(header.alg))
        return { valid: false, reason: 'unsupported_algorithm' };
      const known = await sets.get(href, signal);
      const result = await verifyByAny(token, header, known.keys);
      if (result.valid || result.reason === 'malformed') return result;
      // The server may have published a new key since, under a new name or the same one.
      const newer = await sets.newer(href, known, signal);
      return newer === undefined ? result : await verifyByAny(token, header, newer.keys);
    },
  };
}

async function readKeys(
  transport: HttpsTransport,
  uri: string,
  signal: AbortSignal,
): Promise<readonly PublishedKey[]> {
  const headers = { accept: 'application/json, application/jwk-set+json' };
  const url = new URL(uri);
  const response = await transport(url, { method: 'GET', headers, signal });
  if (response.status !== 200) throw upstreamErrorOf('keys', url, response);
  const keys = readKeySet(parseJson(response.body));
  if (keys === undefined)
    throw unreadableResponse('keys', url, response, 'it must be a JSON object with a list of keys');
  return keys;
}

function readHeader(token: string): KeyHeader | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token) as JWTHeaderParameters;
    return typeof alg === 'string'
      ? { alg, kid: kid === undefined ? kid : String(kid) }
      : undefined;
  } catch {
    return undefined;
  }
}

async function verifyByAny(
  token: string,
  header: KeyHeader,
  keys: readonly PublishedKey[],
): Promise<VerificationResult> {
  const candidates = keysFor(header, keys);
  const { alg, kid } = header;
  const compared = { alg, kid, published: keys.map((key) => key.kid) };
  for (const key of candidates) {
    const payload = await verifyBy(token, header, key);
    if (payload !== undefined) return { ...claimsOf(payload), compared };
  }
  const isNamed = candidates.some((key) => key.kid === kid);
  return { valid: false, reason: isNamed ? 'bad_signature' : 'unknown_key', compared };
}

// Any error passes this key over: a modulus of 1024 bits, a point that is not on its curve.
async function verifyBy(
  token: string,
  { alg }: KeyHeader,
  { jwk }: PublishedKey,
): Promise<Uint8Array | undefined> {
  try {
    const key = await importJWK({ ...jwk } as Parameters<typeof importJWK>[0], alg);
    return (await compactVerify(token, key, { algorithms: [alg] })).payload;
  } catch {
    return undefined;
  }
}

function claimsOf(payload: Uint8Array): VerificationResult {
  const json = parseJson(new TextDecoder().decode(payload));
  return isJsonObject(json)
    ? { valid: true, claims: readClaims(json) }
    : { valid: false, reason: 'malformed' };
}

/**
 * The key of a credential document that signs client assertions.
 *
 * @throws VendError `credential_invalid`
 */
export async function importSigningKey(jwk: PrivateKeyJwk): Promise<CryptoKey> {
  try {
    const { kty, alg, members } = jwk;
    return (await importJWK({ ...members, kty }, alg)) as CryptoKey;
  } catch (cause) {
    throw new VendError('credential_invalid', {
      says: 'The credential document is invalid: private_key_jwk must be a key that can sign.',
      cause: withoutBody(cause),
    });
  }
}
