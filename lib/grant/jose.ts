import {
  type CryptoKey,
  compactVerify,
  createRemoteJWKSet,
  customFetch,
  errors,
  importJWK,
  type JWTVerifyGetKey,
} from 'jose';
import * as v from 'valibot';
import type { PrivateKeyJwk } from '../credential/private-key-jwk.ts';
import { VendError } from '../errors/vend-error.ts';
import type { HttpsTransport } from '../http/https-transport.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { ATTEMPT_TIMEOUT, KEYS_FRESH_FOR, KEYS_REREAD_EVERY } from '../time/time-budget.ts';
import type {
  InvalidReason,
  TokenClaims,
  TokenVerifier,
  VerificationResult,
} from './token-verifier.ts';
import { readErrorOf } from './upstream-error.ts';
import { openUpstreamTransport } from './upstream-transport.ts';

// Asymmetric signatures only: with HMAC every verifier could forge tokens.
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const stringOrList = v.union([v.string(), v.array(v.string())]);
const claimsSchema = v.object({
  iss: v.optional(v.string()),
  sub: v.optional(v.string()),
  aud: v.optional(stringOrList),
  exp: v.optional(v.number()),
  nbf: v.optional(v.number()),
  iat: v.optional(v.number()),
  jti: v.optional(v.string()),
  client_id: v.optional(v.string()),
  scope: v.optional(v.string()),
  scp: v.optional(stringOrList),
});

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/**
 * JWT signatures by the issuer's JWKS through jose: keys are cached 10 minutes, an unknown `kid`
 * fetches them again, at most every 2 s.
 */
export function openJoseVerifier(connect: HttpsTransport): TokenVerifier {
  const transport = openUpstreamTransport(connect);
  const keySets = new BoundedMap<string, KeySet>(100);
  const keySetOf = (jwksUri: URL): KeySet => {
    const keys = keySets.get(jwksUri.href) ?? openKeySet(transport, jwksUri);
    keySets.set(jwksUri.href, keys);
    return keys;
  };
  return {
    prepare(jwksUri) {
      const keys = keySetOf(jwksUri);
      if (!keys.fresh) keys.reload().catch(() => undefined);
    },
    async verify(token, jwksUri, signal) {
      return await leaveOnAbort(verifyBy(token, keySetOf(jwksUri)), signal);
    },
  };
}

function openKeySet(transport: HttpsTransport, jwksUri: URL): KeySet {
  return createRemoteJWKSet(jwksUri, {
    timeoutDuration: ATTEMPT_TIMEOUT,
    cacheMaxAge: KEYS_FRESH_FOR,
    // A timer may fire a millisecond early, and a request that waits for the next reading must get
    // one.
    cooldownDuration: KEYS_REREAD_EVERY - 100,
    [customFetch]: async (url, { signal }) => {
      const accept = 'application/json, application/jwk-set+json';
      const response = await transport(new URL(url), {
        method: 'GET',
        headers: { accept },
        signal,
      });
      if (response.status !== 200) throw readErrorOf(response);
      return new Response(response.body, { status: 200 });
    },
  });
}

async function verifyBy(token: string, keys: JWTVerifyGetKey): Promise<VerificationResult> {
  try {
    return readClaims((await compactVerify(token, keys, { algorithms: ALGORITHMS })).payload);
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return await verifyByAny(token, error);
    const reason = findReason(error);
    if (reason === undefined) throw translate(error);
    return { valid: false, reason };
  }
}

// Without a `kid` several keys may fit.
async function verifyByAny(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
): Promise<VerificationResult> {
  for await (const key of candidates) {
    try {
      return readClaims((await compactVerify(token, key, { algorithms: ALGORITHMS })).payload);
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw translate(error);
    }
  }
  return { valid: false, reason: 'bad_signature' };
}

function readClaims(payload: Uint8Array): VerificationResult {
  try {
    const claims: TokenClaims = v.parse(
      claimsSchema,
      JSON.parse(new TextDecoder().decode(payload)),
    );
    return { valid: true, claims };
  } catch {
    return { valid: false, reason: 'malformed' };
  }
}

function findReason(error: unknown): InvalidReason | undefined {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad_signature';
  if (error instanceof errors.JWKSNoMatchingKey) return 'unknown_key';
  const malformed =
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported;
  return malformed ? 'malformed' : undefined;
}

function translate(error: unknown): VendError {
  if (error instanceof VendError) return error;
  if (error instanceof errors.JWKSTimeout)
    return new VendError('upstream_timeout', { cause: error });
  return new VendError('upstream_invalid', {
    says: 'The keys (JWKS) of the authorization server are invalid.',
    cause: error,
  });
}

/**
 * The key of a credential document that signs client assertions.
 *
 * @throws VendError `credential_invalid`
 */
export async function importSigningKey(jwk: PrivateKeyJwk): Promise<CryptoKey> {
  try {
    return (await importJWK({ ...jwk } as Parameters<typeof importJWK>[0], jwk.alg)) as CryptoKey;
  } catch (cause) {
    throw new VendError('credential_invalid', {
      says: 'The credential document is invalid: private_key_jwk must be a key that can sign.',
      cause,
    });
  }
}
