import { CLOCK_SKEW_TOLERATED } from '../lib/time/time-budget.ts';
import { TokenVendingError } from './token-vending-error.ts';

/** An error response of AWS to a signature. */
export interface SignatureError {
  readonly status: number;
  /** Exception name of `x-amzn-ErrorType`. */
  readonly type: string;
  /** AWS's own text. It is inspected and never shown: it may quote the request. */
  readonly message: string;
  readonly requestId: string | undefined;
  /** Time of the response (ms since the Unix epoch), NaN if it has none. */
  readonly date: number;
}

const CREDENTIAL_NEEDS =
  'Sign in again (for example `aws sso login`), or let the job assume its role again. Long runs need credentials that renew themselves (web identity, SSO, process or container credentials) instead of static keys.';

/**
 * Finds why AWS rejected a signature: expired credentials, a wrong clock, a wrong region, wrong
 * keys. Each has another remedy.
 *
 * @param now time of this machine when the response arrived (ms since the Unix epoch)
 */
export function explainSignatureError(error: SignatureError, now: number): TokenVendingError {
  const { status, requestId } = error;
  return new TokenVendingError('signature_refused', {
    status,
    requestId,
    ...(explainExpiry(error) ??
      explainSkew(error, now) ??
      explainScope(error) ??
      explainKey(error)),
  });
}

interface Explanation {
  readonly says: string;
  readonly advice: string;
}

function explainExpiry({ type, message }: SignatureError): Explanation | undefined {
  const expired = /ExpiredToken/.test(type) || /security token .*is expired/.test(message);
  return expired
    ? {
        says: 'AWS did not accept the signature: the AWS credentials have expired.',
        advice: CREDENTIAL_NEEDS,
      }
    : undefined;
}

function explainSkew({ date }: SignatureError, now: number): Explanation | undefined {
  const skew = date - now;
  if (!(Math.abs(skew) > CLOCK_SKEW_TOLERATED)) return undefined;
  const minutes = Math.round(Math.abs(skew) / 60_000);
  return {
    says: `AWS did not accept the signature: the clock of this machine is ${minutes} minutes ${skew > 0 ? 'behind' : 'ahead'}.`,
    advice: 'Set the clock, for example with time synchronisation (NTP).',
  };
}

function explainScope({ message }: SignatureError): Explanation | undefined {
  const [, service] = /scoped to correct service: '(lambda|execute-api)'/.exec(message) ?? [];
  if (service !== undefined) {
    return {
      says: `AWS did not accept the signature: the endpoint requires the signing service ${service}.`,
      advice: `Set the signing service to ${service} (--signing-service, signing_service, TOKEN_VENDING_SIGNING_SERVICE).`,
    };
  }
  return /scoped to a valid region/.test(message)
    ? {
        says: 'AWS did not accept the signature: it is for another region than the region of the endpoint.',
        advice: 'Set the region of the endpoint. AWS_REGION may name another region.',
      }
    : undefined;
}

const ROTATED =
  'Check with `aws sts get-caller-identity`. Key, secret and session token must come from the same session. Keys in the environment override the default profile, but not a named profile.';

function explainKey({ type, message }: SignatureError): Explanation | undefined {
  if (/UnrecognizedClient|InvalidClientTokenId/.test(type)) {
    return {
      says: 'AWS did not accept the signature: the access key is unknown, or does not belong to the session token.',
      advice: ROTATED,
    };
  }
  return /signature we calculated does not match/.test(message)
    ? {
        says: 'AWS did not accept the signature: the secret does not belong to the access key, or the request was changed on its way.',
        advice: `${ROTATED} If they are correct, look for a proxy that rewrites requests, or a path in the URL of the endpoint that is not the one of AWS.`,
      }
    : undefined;
}
