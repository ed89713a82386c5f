import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { PublicJwk } from '../../lib/credential/public-jwk.ts';
import type { RegisteredCredential } from '../../lib/http/registry-wire.ts';
import { kidOf } from '../../lib/signing/kms-algorithms.ts';
import type { SigningKey } from '../../lib/signing/kms-error.ts';
import { CommandError } from '../command-error.ts';
import type { Members } from './document-members.ts';

/**
 * The public keys of a client, for its registration (`jwks` of RFC 7591).
 *
 * @param members of the document, and those that its profile sets
 * @param readKmsKey reads the public key of a key of AWS KMS
 * @throws CommandError 2 if the client has no key of its own, 8 if the document is invalid
 */
export async function publicKeysOf(
  { jwks }: Pick<RegisteredCredential, 'jwks'>,
  members: Members,
  readKmsKey: (key: SigningKey) => Promise<KeyObject>,
): Promise<readonly PublicJwk[]> {
  if (jwks !== undefined) return jwks.keys;
  const method = String(members['token_endpoint_auth_method'] ?? 'client_secret_basic');
  if (method !== 'private_key_jwt') throw noKeys(method);
  switch (members['client_assertion_source']) {
    case 'kms': {
      const kmsKeyId = String(members['kms_key_id']);
      const alg = String(members['token_endpoint_auth_signing_alg'] ?? 'RS256');
      const key = (await readKmsKey({ kmsKeyId, alg })).export({ format: 'jwk' });
      return [{ ...ofText(key), kid: kidOf(kmsKeyId), use: 'sig', alg }];
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
    default:
      throw new CommandError(
        8,
        'The document of the credential is invalid, so its key is not known.\n  Store a private_key_jwk: token-vending credentials edit --set-file private_key_jwk=FILE.',
      );
  }
}

function ofText(jwk: JsonWebKey): PublicJwk {
  return Object.fromEntries(
    Object.entries(jwk).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function noKeys(method: string): CommandError {
  const remedy = method.endsWith('tls_client_auth')
    ? 'Register its certificate instead: tls_client_certificate of credentials show.'
    : 'Register the client secret instead, or use private_key_jwt.';
  return new CommandError(2, `The client has no keys to register: it uses ${method}.\n  ${remedy}`);
}
