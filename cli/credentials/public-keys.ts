import type { JsonWebKey, KeyObject } from 'node:crypto';
import type {
  ClientAuthentication,
  KeylessAuthentication,
} from '../../lib/credential/client-authentication.ts';
import { type PublicJwk, publicPartOf } from '../../lib/credential/public-jwk.ts';
import { kidOf } from '../../lib/signing/kms-algorithms.ts';
import { CommandError } from '../command-error.ts';

type KmsAuthentication = Extract<KeylessAuthentication, { source: 'kms' }>;

/**
 * The public keys of a client, for its registration (`jwks` of RFC 7591).
 *
 * @param readKmsKey reads the public key of a key of AWS KMS
 * @throws CommandError 2 if the client has no key of its own
 */
export async function publicKeysOf(
  authentication: ClientAuthentication,
  readKmsKey: (authentication: KmsAuthentication) => Promise<KeyObject>,
): Promise<readonly PublicJwk[]> {
  if (authentication.method !== 'private_key_jwt') throw noKeys(authentication);
  switch (authentication.source) {
    case 'document':
      return [publicPartOf(authentication.privateKeyJwk)];
    case 'kms': {
      const { alg, kmsKeyId } = authentication;
      const members = (await readKmsKey(authentication)).export({ format: 'jwk' });
      return [{ ...ofText(members), kid: kidOf(kmsKeyId), use: 'sig', alg }];
    }
    case 'aws_web_identity':
      throw new CommandError(
        2,
        [
          'AWS STS signs the assertions of this client with keys of its own, which the server reads from the issuer of the AWS account.',
          'Register that issuer URL at the server: aws iam get-outbound-web-identity-federation-info shows it.',
          'The subject is the ARN of the role of the vending function.',
        ].join('\n  '),
      );
  }
}

function ofText(jwk: JsonWebKey): PublicJwk {
  return Object.fromEntries(
    Object.entries(jwk).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function noKeys({ method }: ClientAuthentication): CommandError {
  const remedy = method.endsWith('tls_client_auth')
    ? 'Register its certificate instead: tls_client_certificate of credentials show.'
    : 'Register the client secret instead, or use private_key_jwt.';
  return new CommandError(2, `The client has no keys to register: it uses ${method}.\n  ${remedy}`);
}
