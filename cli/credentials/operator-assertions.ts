import { openAwsAssertions } from '../../lib/grant/aws-assertions.ts';
import type { ClientAssertions } from '../../lib/grant/client-assertions.ts';
import type { KmsSigner } from '../../lib/signing/kms-signer.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import type { Operator } from './operator.ts';

/**
 * Assertions that AWS KMS signs with the AWS permissions of the user. AWS STS would vouch for the
 * user, who is another subject than the function.
 */
export function openOperatorAssertions({ aws }: Pick<Operator, 'aws'>): ClientAssertions {
  let signer: Promise<KmsSigner> | undefined;
  const open = async () => {
    const { openKmsSigner } = await import('../../lib/signing/kms-signer.ts');
    return openKmsSigner({ ...aws, maxAttempts: 1 });
  };
  const kms = () => (signer ??= open());
  const webIdentity = () => Promise.reject(new Error('only the function has its identity'));
  return openAwsAssertions({ kms, webIdentity }, systemClock);
}
