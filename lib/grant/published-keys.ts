import { isJsonObject } from '../http/json.ts';

/** A public key of a key set (RFC 7517 section 4). Only the members that are used. */
export interface PublishedKey {
  readonly kid: string | undefined;
  readonly alg: string | undefined;
  /** Public members of the key: `kty`, `n` and `e`, or `crv`, `x` and `y`. */
  readonly jwk: Readonly<Record<string, string>>;
}

/** Header of a JWT (RFC 7515 section 4). */
export interface KeyHeader {
  readonly alg: string;
  readonly kid?: string | undefined;
}

/**
 * The keys that can verify signatures. Any other key is passed over: of an unknown type, for
 * encryption, or malformed.
 *
 * @returns `undefined` if the JSON is no key set
 */
export function readKeySet(json: unknown): readonly PublishedKey[] | undefined {
  if (!isJsonObject(json) || !Array.isArray(json['keys'])) return undefined;
  return json['keys'].flatMap((key) => readKey(key) ?? []);
}

function readKey(key: unknown): PublishedKey | undefined {
  if (!isJsonObject(key) || !mayVerify(key)) return undefined;
  const names = MEMBERS.get(String(key['kty']));
  if (names === undefined) return undefined;
  const members = names.map((name) => [name, key[name]] as const);
  if (!members.every(([, value]) => typeof value === 'string')) return undefined;
  return {
    kid: textOf(key['kid']),
    alg: textOf(key['alg']),
    jwk: Object.fromEntries(members) as Record<string, string>,
  };
}

// A map, because an object has members such as `constructor`, and a server may write any name.
const MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RSA', ['kty', 'n', 'e']],
  ['EC', ['kty', 'crv', 'x', 'y']],
  ['OKP', ['kty', 'crv', 'x']],
]);

function mayVerify({ use, key_ops }: Readonly<Record<string, unknown>>): boolean {
  const isForSignatures = use === undefined || use === null || use === 'sig';
  return isForSignatures && (!Array.isArray(key_ops) || key_ops.includes('verify'));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

// Each is tried. A key set may have more, of which a token names one.
const MOST_KEYS = 200;

/**
 * The keys that may have signed a token: those that it names, else those without a name, of the
 * type of its algorithm. At most 200.
 */
export function keysFor(
  { alg, kid }: KeyHeader,
  keys: readonly PublishedKey[],
): readonly PublishedKey[] {
  const fitting = keys.filter((key) => fits(key, alg));
  const named = fitting.filter((key) => key.kid === kid);
  const unnamed = fitting.filter((key) => key.kid === undefined);
  const candidates = kid === undefined ? fitting : named.length > 0 ? named : unnamed;
  return candidates.slice(0, MOST_KEYS);
}

// RFC 9864 names EdDSA with the curve Ed25519 by its curve.
const SAME = new Map([['Ed25519', 'EdDSA']]);

function fits({ alg, jwk }: PublishedKey, wanted: string): boolean {
  const same = (name: string) => SAME.get(name) ?? name;
  if (alg !== undefined && same(alg) !== same(wanted)) return false;
  const { kty, crv } = TYPES[wanted] ?? {};
  return jwk['kty'] === kty && (crv === undefined || jwk['crv'] === crv);
}

const rsa = { kty: 'RSA' };
const ed25519 = { kty: 'OKP', crv: 'Ed25519' };

/** RFC 7518 section 3.1 and RFC 8037: the type of the key of each algorithm. */
const TYPES: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: ed25519,
  Ed25519: ed25519,
};

/**
 * The algorithms of signatures that are verified: asymmetric ones only, because with HMAC every
 * verifier could forge tokens.
 */
export const SIGNATURE_ALGORITHMS: readonly string[] = Object.keys(TYPES);
