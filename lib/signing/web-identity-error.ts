import type { VendError } from '../errors/vend-error.ts';
import { type SigningRefusal, signingErrorOf } from './aws-error.ts';

/**
 * The error that an error of STS means, with its remedy.
 *
 * @param request what the token was requested for
 * @returns `credential_invalid` (the identity gets no token), `secrets_unavailable` (STS fails or
 *   throttles)
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 */
export function webIdentityErrorOf(
  error: unknown,
  request: { readonly audience: string; readonly alg: string },
): VendError {
  return signingErrorOf('AWS STS', error, refusalsOf(request));
}

function refusalsOf({
  audience,
  alg,
}: {
  readonly audience: string;
  readonly alg: string;
}): Readonly<Record<string, SigningRefusal>> {
  return {
    AccessDenied: {
      says: `AWS does not permit sts:GetWebIdentityToken for the audience ${audience} and ${alg}.`,
      advice:
        'Name the audience in the configuration of the deployment and deploy it. A service control policy may also deny the call.',
    },
    OutboundWebIdentityFederationDisabled: {
      says: 'Outbound web identity federation is disabled in the AWS account of the function.',
      advice:
        'Enable it: aws iam enable-outbound-web-identity-federation. Then register the issuer URL of the account at the authorization server.',
    },
    JWTPayloadSizeExceeded: {
      says: 'The assertion of AWS STS would be larger than AWS permits.',
      advice:
        'Remove tags from the role of the function: they are part of the assertion. A shorter client_assertion_audience also helps.',
    },
    SessionDurationEscalation: {
      says: "The session of the function's role ends before the assertion of AWS STS would.",
      advice:
        'Wait some minutes: AWS gives the function a new session. If the error stays, deploy the function again.',
    },
    RegionDisabled: {
      says: 'AWS STS is not activated in the Region of the function.',
      advice: 'Activate the Region for STS in the account settings of IAM.',
    },
  };
}
