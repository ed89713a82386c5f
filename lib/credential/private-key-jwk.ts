import * as v from 'valibot';
import { checkEcKey, checkOkpKey, checkRsaKey, type JwkMembers } from './signing-key-rules.ts';

/**
 * A private signing key (RFC 7517): the members that signing needs. It is one of
 * {@link checkRsaKey}, {@link checkEcKey} and {@link checkOkpKey}.
 */
export interface PrivateKeyJwk {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  /** Of the signature (RFC 7518 section 3.1, RFC 8037): `RS256`. */
  readonly alg: string;
  readonly kid: string | undefined;
  /** `n`, `d`, `crv` and the others of its `kty`. */
  readonly members: Readonly<Record<string, string>>;
}

const OBJECT_RULE = 'must be a JSON object: a private key as JWK (RFC 7517)';

/**
 * Reads the key of `private_key_jwt`. Members that signing does not need are ignored (RFC 7517
 * section 4). The message of an issue names the member and the rule, never a value.
 */
export const privateKeyJwkSchema = v.pipe(
  v.record(v.string(), v.unknown(), OBJECT_RULE),
  v.rawTransform<Record<string, unknown>, PrivateKeyJwk>(({ dataset, addIssue, NEVER }) => {
    const checked = checkKey(dataset.value);
    if (typeof checked !== 'string') return checked;
    addIssue({ message: checked });
    return NEVER;
  }),
);

/** The key; in words the rule that it breaks. */
function checkKey(given: Readonly<Record<string, unknown>>): PrivateKeyJwk | string {
  // `null` is how some libraries write an absent member.
  const jwk = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const broken = findUseError(jwk);
  if (broken !== undefined) return broken;
  const { kty, kid } = jwk;
  if (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP')
    return 'must have kty RSA, EC or OKP (RFC 7518 section 6.1)';
  if (jwk['d'] === undefined) return 'must have the member d: without it the key is public';
  const checked = { RSA: checkRsaKey, EC: checkEcKey, OKP: checkOkpKey }[kty](jwk);
  return typeof checked === 'string'
    ? checked
    : { kty, kid: kid as string | undefined, ...checked };
}

function findUseError({ kid, use, key_ops: operations }: JwkMembers): string | undefined {
  if (kid !== undefined && !(typeof kid === 'string' && /^\P{Cc}{1,256}$/u.test(kid)))
    return 'must have as kid a string of 1 to 256 characters, or no kid';
  if (use !== undefined && use !== 'sig')
    return 'must have use sig, or no use: the key signs (RFC 7517 section 4.2)';
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('sign')))
    return 'must have sign in key_ops, or no key_ops (RFC 7517 section 4.3)';
  return undefined;
}
