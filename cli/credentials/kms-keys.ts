import type { KeyObject } from 'node:crypto';
import { findAwsCredentials, proxied, toSdkIdentity } from '../../client/aws-credentials.ts';
import { kidOf } from '../../lib/signing/kms-algorithms.ts';
import { kmsErrorOf, type SigningKey } from '../../lib/signing/kms-error.ts';
import { CommandError } from '../command-error.ts';
import { connectionFor, type GlobalOptions, type Surroundings } from '../global-options.ts';

/**
 * The public key of a key of AWS KMS, with the AWS permissions of the user.
 *
 * @throws CommandError 4 if AWS does not permit it, 6 if KMS fails, 9 if there is no such key
 */
export async function readPublicKey(
  key: SigningKey,
  options: GlobalOptions,
  surroundings: Surroundings,
): Promise<KeyObject> {
  const { signal } = surroundings;
  const { region, profile } = connectionFor(options, surroundings);
  const sign = findAwsCredentials(profile);
  const credentials = async () => toSdkIdentity(await sign());
  // The client of KMS is loaded only for a document that names a key.
  const { openKmsKeys } = await import('../../lib/signing/kms-keys.ts');
  const keys = openKmsKeys({
    credentials,
    ...proxied(),
    ...(region === undefined ? {} : { region }),
  });
  try {
    return await keys.readPublicKey(key.kmsKeyId, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw isDenied(error) ? denied(key) : explain(error, key);
  } finally {
    keys.close();
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && /^AccessDenied/.test(error.name);
}

function denied({ kmsKeyId }: SigningKey): CommandError {
  return new CommandError(
    4,
    `AWS does not permit kms:GetPublicKey with the KMS key ${kidOf(kmsKeyId)} to your identity, so the key was not read.\n  Have kms:GetPublicKey permitted in the policy of the key, or use another identity.`,
  );
}

function explain(error: unknown, key: SigningKey): CommandError {
  const { code, message, advice } = kmsErrorOf(error, key);
  return new CommandError(code === 'secrets_unavailable' ? 6 : 9, `${message}\n  ${advice}`);
}
