import {
  CodedError,
  type CodedErrorDetails,
  type CodedErrorRow,
} from '../../lib/errors/coded-error.ts';

/** Every error of this provider's own, by the code that a diagnostic ends with; those of tokens stand in other tables. */
export const hiiRetailErrorTable = {
  api_unreachable: {
    text: 'The IAM API cannot be reached.',
    advice:
      'Check base_url, name resolution, proxy (HTTPS_PROXY, NO_PROXY) and firewall between here and the API.',
    retryable: true,
  },
  api_timeout: {
    text: 'The IAM API did not answer in time.',
    advice: 'Try again, or raise timeout_seconds.',
    retryable: true,
  },
  api_tls_failed: {
    text: 'The TLS certificate of the IAM API is not acceptable.',
    advice:
      'If a proxy inspects TLS here, add its certificate authority to the store of the system, or name its file in NODE_EXTRA_CA_CERTS.',
    retryable: false,
  },
  api_redirected: {
    text: 'The IAM API answered with a redirect, which is not followed, because the token would travel along.',
    advice: 'Set base_url to the URL that answers itself.',
    retryable: false,
  },
  api_answer_invalid: {
    text: 'The IAM API answered with something that cannot be read.',
    advice: 'Check that base_url is that of the IAM API, and that no proxy answers in its place.',
    retryable: false,
  },
  api_refused_input: {
    text: 'The IAM API refused the input.',
    advice: 'Correct what it names.',
    retryable: false,
  },
  api_forbidden: {
    text: 'The IAM API forbids this call.',
    advice:
      'It answers so when the client lacks the permission, for the wrong tenant_id or environment, and for routes that it does not know. A role that was bound just now may take 5 minutes to count.',
    retryable: false,
  },
  api_not_found: {
    text: 'The IAM API does not know this.',
    advice: 'Check the identifier; somebody may have deleted it in the meantime.',
    retryable: false,
  },
  api_conflict: {
    text: 'It exists already.',
    advice:
      'Import it if it is meant to be managed here (`terraform import`), or choose another name or identifier. Nothing that exists is taken over silently.',
    retryable: false,
  },
  api_rate_limited: {
    text: 'The IAM API asks to slow down.',
    advice: 'Wait and try again, or run with less -parallelism.',
    retryable: true,
  },
  api_failing: {
    text: 'The IAM API is failing.',
    advice:
      'Wait and try again. A creation is not repeated by itself, since it may have succeeded: if the next run reports that it exists, import it.',
    retryable: true,
  },
  token_rejected: {
    text: 'The IAM API rejected the access token, and there was no other that it took.',
    advice:
      'Check that tokens come from the environment of the tenant and have the audience https://hiiretail.com, and the state of the client in OCMS. With vended tokens, policy must permit revokeToken, so that a rejected token can be replaced.',
    retryable: false,
  },
  not_stored: {
    text: 'The IAM API accepted the change and did not store it.',
    advice:
      'Run terraform apply again. Where it stays so, check the identifiers: the API drops without a word what it does not know, such as the binding of a role that does not exist.',
    retryable: false,
  },
  stored_differently: {
    text: 'The IAM API accepted the change and shows something else.',
    advice:
      'Correct what it names, or what else writes there, and run terraform apply again: it stands in the state as the API shows it, and is replaced where it was created so.',
    retryable: false,
  },
  still_pending: {
    text: 'The IAM API is still working on the change.',
    advice: 'Run terraform apply again in a moment.',
    retryable: false,
  },
  still_bound: {
    text: 'The IAM API says that the role is unassigned, and shows it bound still.',
    advice:
      'The access remains, and the binding stays in the state. Run terraform destroy again. Where it stays so, check is_custom: for a role of the other kind the API answers that nothing is bound.',
    retryable: false,
  },
  old_binding_unclear: {
    text: 'The state of extenda/hiiretail does not say which binding this is.',
    advice:
      'A refresh by extenda/hiiretail replaces group_id, role_id and is_custom by parts of its id. Run the commands that the message shows: they remove the binding from the state and import the one that exists. Nothing is changed in the API.',
    retryable: false,
  },
  interrupted: {
    text: 'Terraform was asked to stop, and the IAM API did not respond that it carried out the change.',
    advice:
      'The change may have been carried out nevertheless. If the state has the resource, the next plan shows whether it was. If not, run terraform apply again: if that fails with api_conflict, the resource was created, so import it (`terraform import`).',
    retryable: false,
  },
} as const satisfies Record<string, CodedErrorRow>;

export type HiiRetailErrorCode = keyof typeof hiiRetailErrorTable;

export interface HiiRetailErrorDetails
  extends Pick<CodedErrorDetails, 'advice' | 'retryAfter' | 'cause'> {
  /** HTTP status, if the API responded. */
  readonly status?: number | undefined;
  /** What the API says to the user, cleaned; or in what it differs from what was written. */
  readonly messages?: readonly string[] | undefined;
  /** `Correlation-Id` of the call, which the API's own log has too. */
  readonly correlationId?: string | undefined;
  /** The permission that the call needs. */
  readonly permission?: string | undefined;
  /** What the API shows in place of what was written. */
  readonly found?: unknown;
}

/** Any error of the IAM API and on the way to it. Holds no token and no secret. */
export class HiiRetailError extends CodedError<HiiRetailErrorCode> {
  override readonly name = 'HiiRetailError';
  readonly details: HiiRetailErrorDetails;

  constructor(code: HiiRetailErrorCode, details: HiiRetailErrorDetails = {}) {
    super(code, hiiRetailErrorTable[code], details);
    this.details = details;
  }
}
