import { VendError } from '../errors/vend-error.ts';
import { withoutBody } from '../errors/without-body.ts';

/** Why AWS does not sign, in public words. */
export interface SigningRefusal {
  readonly says: string;
  readonly advice: string;
}

/** An AWS service that signs, in the words of error texts. */
export type SigningService = 'AWS KMS' | 'AWS STS';

const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|SlowDown)/;

/**
 * The error that an error of the AWS SDK means.
 *
 * @param refusals by the name of the exception without `Exception`: `AccessDenied`. Any other error
 *   may pass by itself
 * @returns `credential_invalid` of a refusal, else `secrets_unavailable`; `detail` is the name of the
 *   exception
 */
export function signingErrorOf(
  service: SigningService,
  error: unknown,
  refusals: Readonly<Record<string, SigningRefusal>>,
): VendError {
  const detail = error instanceof Error ? error.name : 'unknown';
  const cause = withoutBody(error);
  const name = detail.replace(/Exception$/, '');
  if (Object.hasOwn(refusals, name))
    return new VendError('credential_invalid', { ...refusals[name], detail, cause });
  const says = THROTTLED.test(name)
    ? `${service} limits the rate of requests.`
    : `${service} is failing or cannot be reached.`;
  return new VendError('secrets_unavailable', { says, detail, cause });
}

/** The error of a deadline if AWS takes too long to sign. */
export function signingTimeout(service: SigningService): VendError {
  return new VendError('secrets_unavailable', { says: `${service} did not respond in time.` });
}
