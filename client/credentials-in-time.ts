import type { Clock } from '../lib/time/clock.ts';
import { Deadline } from '../lib/time/deadline.ts';
import { leaveOnAbort } from '../lib/time/leave-on-abort.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { AWS_CREDENTIALS_TIMEOUT } from '../lib/time/time-budget.ts';
import type { AwsCredentials } from './sigv4-signer.ts';
import { TokenVendingError } from './token-vending-error.ts';

/**
 * Credentials, or an error in time. The AWS SDK has no limit of its own: it waits for ever for a
 * server that switches protocols, or for a `credential_process` that does not end.
 *
 * @throws {@link TokenVendingError} `aws_credentials_unavailable`; what `read` throws
 */
export async function credentialsInTime(
  read: () => Promise<AwsCredentials>,
  clock: Clock = systemClock,
): Promise<AwsCredentials> {
  using deadline = new Deadline(clock, AWS_CREDENTIALS_TIMEOUT, tooLate);
  return await leaveOnAbort(read(), deadline.signal);
}

function tooLate(): TokenVendingError {
  return new TokenVendingError('aws_credentials_unavailable', {
    says: `There were no AWS credentials within ${AWS_CREDENTIALS_TIMEOUT / 1_000} s.`,
    advice:
      'Check with `aws sts get-caller-identity`, any proxy between this machine and AWS, and that the command of credential_process ends.',
  });
}
