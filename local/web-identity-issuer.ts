import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { LocalCaller } from './callers.ts';
import { functionOfRole } from './deployed-functions.ts';

export interface WebIdentityWish {
  readonly caller: LocalCaller;
  readonly audience: readonly string[];
  readonly algorithm: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly region: string;
}

export interface WebIdentityIssuer {
  /** @returns a JWT in compact form */
  issue(wish: WebIdentityWish): Promise<string>;
  /** The document at a path, or `undefined`. */
  find(path: string): Promise<object | undefined>;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
export const ALGORITHMS: readonly string[] = ['RS256', 'ES384'];

const KEY_SET = '/.well-known/jwks.json';

interface IssuerKey {
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/**
 * The issuer of an AWS account (outbound identity federation). Its keys are made when they are first
 * needed, because an RSA key takes longer than everything else at the start of the local system.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html
 */
export function openWebIdentityIssuer(url: string): WebIdentityIssuer {
  const keys = new Map<string, Promise<IssuerKey>>();
  const keyOf = (algorithm: string) => {
    const key = keys.get(algorithm) ?? makeKey(algorithm);
    keys.set(algorithm, key);
    return key;
  };
  return {
    async issue({ caller, audience, algorithm, lifetime, region }) {
      const { privateKey, publicJwk } = await keyOf(algorithm);
      return await new SignJWT({ [NAMESPACE]: describe(caller, region) })
        .setProtectedHeader({ alg: algorithm, kid: publicJwk.kid as string, typ: 'JWT' })
        .setIssuer(url)
        .setSubject(subjectOf(caller))
        .setAudience(audience.length === 1 ? (audience[0] as string) : [...audience])
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${lifetime} s`)
        .sign(privateKey);
    },
    async find(path) {
      if (path === '/.well-known/openid-configuration') return describeIssuer(url);
      if (path !== KEY_SET) return undefined;
      const all = await Promise.all(ALGORITHMS.map(keyOf));
      return { keys: all.map(({ publicJwk }) => publicJwk) };
    },
  };
}

const NAMESPACE = 'https://sts.amazonaws.com/';

/** ARN of the role or user, without the session. */
export function subjectOf({ name, identity }: LocalCaller): string {
  const { accountId, arn } = identity;
  return arn.includes(':assumed-role/') ? `arn:aws:iam::${accountId}:role/${name}` : arn;
}

function describe(caller: LocalCaller, region: string): object {
  const { accountId, organizationId } = caller.identity;
  const lambda = functionOfRole(caller.name);
  return {
    aws_account: accountId,
    source_region: region,
    org_id: organizationId,
    principal_id: subjectOf(caller),
    ...(lambda === undefined ? {} : { lambda_source_function_arn: lambda.arn }),
  };
}

function describeIssuer(url: string): object {
  return {
    issuer: url,
    jwks_uri: `${url}${KEY_SET}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ALGORITHMS,
  };
}

async function makeKey(alg: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  return {
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), alg, use: 'sig', kid: randomUUID() },
  };
}
