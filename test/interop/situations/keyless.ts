import { randomUUID } from 'node:crypto';
import { Credential } from '../credential.ts';
import type { Offers } from '../server.ts';
import { outcomeOf, refused, type Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

// Not PS256: the salt of moto is the longest, and RFC 7518 section 3.5 requires that of the hash.
const ALGORITHMS = ['ES256', 'ES384', 'RS256'] as const;
const method = 'private_key_jwt';

const offersKeys =
  (algorithm: string) =>
  ({ methods, keyAlgorithms }: Offers) =>
    methods.includes(method) && keyAlgorithms.includes(algorithm);

async function addForKms(world: InteropWorld, algorithm: string, changes = {}) {
  const { arn, jwk } = await world.aws.createSigningKey(algorithm);
  const keys = {
    client_assertion_source: 'kms',
    kms_key_id: arn,
    token_endpoint_auth_signing_alg: algorithm,
  };
  return await Credential.add(world, { method, jwk, keys }, changes);
}

async function addForSts(world: InteropWorld, subject: string, audience?: string) {
  const webIdentity = { issuer: world.sts.url, subject };
  const keys = {
    client_assertion_source: 'aws_web_identity',
    ...(audience === undefined ? {} : { client_assertion_audience: audience }),
  };
  const credential = await Credential.add(world, { method, webIdentity, keys });
  world.sts.audiences.add(audience ?? credential.members.issuer);
  return credential;
}

const offersWebIdentity = ({ webIdentity = false }: Offers) => webIdentity;

/** Each way of a client to authenticate by AWS, without a secret in its document. */
export const keyless: readonly Situation[] = [
  ...ALGORITHMS.map(
    (algorithm): Situation => ({
      name: `private_key_jwt, ${algorithm} by a key of AWS KMS`,
      isOffered: offersKeys(algorithm),
      expected: 'vended',
      run: async (world) => {
        const credential = await addForKms(world, algorithm);
        return await outcomeOf(() => credential.vend());
      },
    }),
  ),
  {
    name: 'private_key_jwt, another key of AWS KMS',
    isOffered: offersKeys('RS256'),
    expected: ({ vague = [] }) =>
      vague.includes('client') || vague.includes('kid') ? 'upstream_invalid' : 'credential_refused',
    run: async (world) => {
      const other = await world.aws.createSigningKey('RS256');
      const credential = await addForKms(world, 'RS256', { kms_key_id: other.arn });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    // moto also signs with a key that is disabled, so that is tried at the local KMS.
    name: 'private_key_jwt, a key that AWS KMS does not have',
    isOffered: offersKeys('RS256'),
    expected: 'credential_invalid',
    run: async (world) => {
      const unknown = { kms_key_id: randomUUID() };
      const credential = await addForKms(world, 'RS256', unknown);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'private_key_jwt, a key of AWS KMS for another algorithm',
    isOffered: offersKeys('RS256'),
    expected: 'credential_invalid',
    run: async (world) => {
      const other = { token_endpoint_auth_signing_alg: 'ES256' };
      const credential = await addForKms(world, 'RS256', other);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'the identity of AWS',
    isOffered: offersWebIdentity,
    expected: 'vended',
    run: async (world) => {
      const credential = await addForSts(world, world.sts.subject);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'the identity of AWS, for a client of another role',
    isOffered: offersWebIdentity,
    expected: refused('client', 'credential_refused'),
    run: async (world) => {
      const credential = await addForSts(world, `${world.sts.subject}-other`);
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'the identity of AWS, for another audience',
    isOffered: offersWebIdentity,
    expected: refused('client', 'credential_refused'),
    run: async (world) => {
      const subject = world.sts.subject;
      const credential = await addForSts(world, subject, 'https://elsewhere.example');
      return await outcomeOf(() => credential.vend());
    },
  },
];
