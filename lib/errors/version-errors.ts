import type { ErrorRow } from './error-row.ts';

/** The errors of requests that change a version of a credential (RFC 9110 section 13, RFC 6585). */
export const versionErrors = {
  version_conflict: {
    status: 412,
    error: 'invalid_request',
    retryable: false,
    text: 'The credential is not in the version that the request names.',
    advice:
      'Read the credential again, repeat the change on it, and send its new ETag in If-Match.',
  },
  version_required: {
    status: 428,
    error: 'invalid_request',
    retryable: false,
    text: 'The request must name the version of the credential that it changes.',
    advice: 'Send the ETag of the credential in If-Match. GET of the credential returns it.',
  },
} as const satisfies Record<string, ErrorRow>;
