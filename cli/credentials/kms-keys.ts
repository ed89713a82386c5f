import type { KeyObject } from 'node:crypto';
import { algorithmsOfSpec, kidOf } from '../../lib/signing/kms-algorithms.ts';
import { describeFittingKey, kmsErrorOf, type SigningKey } from '../../lib/signing/kms-error.ts';
import type { KmsKeys } from '../../lib/signing/kms-keys.ts';
import { CommandError } from '../command-error.ts';
import type { Operator } from './operator.ts';

/**
 * The public key of a key of AWS KMS, with the AWS permissions of the user.
 *
 * @throws CommandError 4 if AWS does not permit it, 6 if KMS fails, 9 if there is no such key
 */
export async function readPublicKey(key: SigningKey, operator: Operator): Promise<KeyObject> {
  return await withKeys(operator, (keys) =>
    keys.readPublicKey(key.kmsKeyId, operator.signal).catch((error: unknown) => {
      throw isDenied(error) ? denied(key, 'kms:GetPublicKey') : explain(error, key, operator);
    }),
  );
}

/**
 * Checks that a key of AWS KMS can make the assertions of a document, with the AWS permissions of the
 * user.
 *
 * @returns a warning if the user may not describe the key
 * @throws CommandError 6 if KMS fails, 9 if the key does not exist or cannot sign with the algorithm
 */
export async function checkSigningKey(
  key: SigningKey,
  operator: Operator,
): Promise<string | undefined> {
  return await withKeys(operator, async (keys) => {
    try {
      refuseUnfit(key, await keys.describe(key.kmsKeyId, operator.signal));
      return undefined;
    } catch (error) {
      if (isDenied(error)) return `warning: ${denied(key, 'kms:DescribeKey').message}`;
      throw error instanceof CommandError ? error : explain(error, key, operator);
    }
  });
}

// The client of KMS is loaded only for a document that names a key.
async function withKeys<T>({ aws }: Operator, work: (keys: KmsKeys) => Promise<T>): Promise<T> {
  const { openKmsKeys } = await import('../../lib/signing/kms-keys.ts');
  const keys = openKmsKeys(aws);
  try {
    return await work(keys);
  } finally {
    keys.close();
  }
}

function refuseUnfit(
  { kmsKeyId, alg }: SigningKey,
  { usage, spec, state }: Awaited<ReturnType<KmsKeys['describe']>>,
): void {
  const refuse = (reason: string, remedy: string) => {
    throw new CommandError(9, `The KMS key ${kidOf(kmsKeyId)} ${reason}.\n  ${remedy}.`);
  };
  if (usage !== 'SIGN_VERIFY')
    refuse(`has usage ${usage}, so it cannot sign`, describeFittingKey(alg));
  const algorithms = algorithmsOfSpec(spec);
  if (!algorithms.includes(alg))
    refuse(
      `has spec ${spec}, so it cannot sign with ${alg}`,
      algorithms.length === 0
        ? describeFittingKey(alg)
        : `Set token_endpoint_auth_signing_alg to ${algorithms.join(' or ')}, or name another key: ${describeFittingKey(alg)}`,
    );
  if (state !== 'Enabled')
    refuse(
      `cannot sign: its state is ${state}`,
      'Enable the key (cancel a pending deletion first), or name another key in kms_key_id',
    );
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && /^AccessDenied/.test(error.name);
}

function denied({ kmsKeyId }: SigningKey, action: string): CommandError {
  return new CommandError(
    4,
    `AWS does not permit ${action} with the KMS key ${kidOf(kmsKeyId)} to your identity, so the key was not read.\n  Have ${action} permitted in the policy of the key, or use another identity.`,
  );
}

function explain(error: unknown, key: SigningKey, { signal }: Operator): unknown {
  if (signal.aborted) return signal.reason;
  const { code, message, advice } = kmsErrorOf(error, key);
  return new CommandError(code === 'secrets_unavailable' ? 6 : 9, `${message}\n  ${advice}`);
}
