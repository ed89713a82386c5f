/** A JWK as it was given, without members that are `null`. */
export type JwkMembers = Readonly<Record<string, unknown>>;

/** The part of a key that its `kty` determines. */
interface SigningKey {
  readonly alg: string;
  readonly members: Readonly<Record<string, string>>;
}

const BASE64URL = /^[A-Za-z0-9_-]{1,4096}$/;
const MIN_RSA_BITS = 2048;

/** Each checks the members of one `kty`. It returns the key, or in words the rule that it breaks. */
type Check = (jwk: JwkMembers) => SigningKey | string;

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const RSA_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];

/** RFC 7518 section 6.3. WebCrypto imports no key without its primes. */
export const checkRsaKey: Check = (jwk) => {
  const alg = jwk['alg'] ?? 'RS256';
  if (!isOneOf(alg, RSA_ALGORITHMS)) return `must have alg ${listOf(RSA_ALGORITHMS)} with kty RSA`;
  const members = pickMembers(jwk, RSA_MEMBERS, 'RFC 7518 section 6.3.2');
  if (typeof members === 'string') return members;
  if (jwk['oth'] !== undefined)
    return 'must have no member oth: keys of more than two primes are not supported';
  const bits = bitsOf(members['n'] as string);
  return bits < MIN_RSA_BITS
    ? `must have a modulus n of at least ${MIN_RSA_BITS} bits (RFC 7518 section 3.3): it has ${bits}`
    : { alg, members };
};

const CURVES = new Map([
  ['P-256', { alg: 'ES256', bytes: 32 }],
  ['P-384', { alg: 'ES384', bytes: 48 }],
  ['P-521', { alg: 'ES512', bytes: 66 }],
]);
const CURVE_OF = new Map([...CURVES].map(([crv, { alg }]) => [alg, crv]));
const EC_ALGORITHMS = [...CURVE_OF.keys()];

/** RFC 7518 sections 3.4 and 6.2: the curve determines the algorithm. */
export const checkEcKey: Check = (jwk) => {
  const { crv, alg } = jwk;
  const curve = CURVES.get(String(crv));
  if (curve === undefined) return `must have crv ${listOf([...CURVES.keys()])} with kty EC`;
  if (alg !== undefined && !isOneOf(alg, EC_ALGORITHMS))
    return `must have alg ${listOf(EC_ALGORITHMS)} with kty EC`;
  if (alg !== undefined && alg !== curve.alg)
    return `must have crv ${CURVE_OF.get(alg)} with alg ${alg}, or alg ${curve.alg} with crv ${crv} (RFC 7518 section 3.4)`;
  const members = pickMembers(jwk, ['x', 'y', 'd'], 'RFC 7518 section 6.2');
  if (typeof members === 'string') return members;
  const long = findLengthError(members, curve.bytes, `crv ${crv}`);
  return long ?? { alg: curve.alg, members: { ...members, crv: String(crv) } };
};

const OKP_ALGORITHMS = ['EdDSA', 'Ed25519'];

/**
 * RFC 8037 section 2. The header of an assertion has the `alg` of the key. Servers that do not know
 * RFC 9864 refuse `Ed25519`, so `EdDSA` is the default.
 */
export const checkOkpKey: Check = (jwk) => {
  const alg = jwk['alg'] ?? 'EdDSA';
  if (jwk['crv'] !== 'Ed25519') return 'must have crv Ed25519 with kty OKP';
  if (!isOneOf(alg, OKP_ALGORITHMS)) return `must have alg ${listOf(OKP_ALGORITHMS)} with kty OKP`;
  const members = pickMembers(jwk, ['x', 'd'], 'RFC 8037 section 2');
  if (typeof members === 'string') return members;
  const long = findLengthError(members, 32, 'crv Ed25519');
  return long ?? { alg, members: { ...members, crv: 'Ed25519' } };
};

function pickMembers(
  jwk: JwkMembers,
  names: readonly string[],
  source: string,
): Readonly<Record<string, string>> | string {
  const missing = names.filter((name) => jwk[name] === undefined);
  if (missing.length > 0)
    return `must have the member${missing.length > 1 ? 's' : ''} ${missing.join(', ')} (${source})`;
  const wrong = names.filter((name) => !isBase64Url(jwk[name]));
  if (wrong.length > 0) return `must have ${wrong.join(', ')} in base64url without padding`;
  return Object.fromEntries(names.map((name) => [name, jwk[name] as string]));
}

function findLengthError(
  members: Readonly<Record<string, string>>,
  bytes: number,
  reason: string,
): string | undefined {
  const wrong = Object.keys(members).filter(
    (name) => Buffer.from(members[name] as string, 'base64url').length !== bytes,
  );
  return wrong.length === 0
    ? undefined
    : `must have ${wrong.join(', ')} of ${bytes} bytes with ${reason}`;
}

function bitsOf(base64Url: string): number {
  const hex = Buffer.from(base64Url, 'base64url').toString('hex');
  return BigInt(`0x0${hex}`).toString(2).length;
}

function isBase64Url(value: unknown): boolean {
  return typeof value === 'string' && BASE64URL.test(value);
}

function isOneOf(value: unknown, options: readonly string[]): value is string {
  return typeof value === 'string' && options.includes(value);
}

function listOf(options: readonly string[]): string {
  return `${options.slice(0, -1).join(', ')} or ${options.at(-1)}`;
}
