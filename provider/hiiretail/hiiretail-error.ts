import {
  CodedError,
  type CodedErrorDetails,
  type CodedErrorRow,
} from '../../lib/errors/coded-error.ts';

/**
 * The errors of the IAM API by code. Each diagnostic ends with the code. Errors of tokens are in
 * other tables.
 */
export const hiiRetailErrorTable = {
  api_unreachable: {
    text: 'The IAM API cannot be reached.',
    advice:
      'Check base_url, name resolution, proxy (HTTPS_PROXY, NO_PROXY) and firewall between this machine and the API.',
    retryable: true,
  },
  api_timeout: {
    text: 'The IAM API did not respond in time.',
    advice: 'Try again, or raise timeout_seconds.',
    retryable: true,
  },
  api_tls_failed: {
    text: 'The TLS certificate of the IAM API is not trusted.',
    advice:
      'If a proxy inspects TLS, add its certificate authority to the store of the system, or set NODE_EXTRA_CA_CERTS to its file.',
    retryable: false,
  },
  api_redirected: {
    text: 'The IAM API responded with a redirect. The provider does not follow it, because the other host would get the token.',
    advice: 'Set base_url to the URL of the API that does not redirect.',
    retryable: false,
  },
  api_answer_invalid: {
    text: 'The response of the IAM API cannot be read.',
    advice: 'Check base_url, and that no proxy responds instead of the IAM API.',
    retryable: false,
  },
  api_refused_input: {
    text: 'The IAM API refused the input.',
    advice: 'Correct the input that the API names.',
    retryable: false,
  },
  api_forbidden: {
    text: 'The IAM API forbids this call.',
    advice:
      'The client lacks the permission, or tenant_id or environment is wrong, or the route does not exist. A new role binding can take 5 minutes to take effect.',
    retryable: false,
  },
  api_not_found: {
    text: 'The IAM API does not have this object.',
    advice: 'Check the identifier. Another program may have deleted the object.',
    retryable: false,
  },
  api_conflict: {
    text: 'The object already exists.',
    advice:
      'To manage the object here, import it (`terraform import`). Otherwise choose another name or identifier. The provider never takes over an existing object.',
    retryable: false,
  },
  api_rate_limited: {
    text: 'The IAM API limits the rate of requests.',
    advice: 'Wait and try again, or run with a lower -parallelism.',
    retryable: true,
  },
  api_failing: {
    text: 'The IAM API is failing.',
    advice:
      'Wait and try again. The provider does not repeat a creation, because it may have succeeded. If the next run reports that the object exists, import it.',
    retryable: true,
  },
  token_rejected: {
    text: 'The IAM API rejected the access token and its replacement.',
    advice:
      'Check that tokens come from the environment of the tenant and have the audience https://hiiretail.com. Check the state of the client in OCMS. In vended mode, policy must permit revokeToken, so that a rejected token can be replaced.',
    retryable: false,
  },
  not_stored: {
    text: 'The IAM API accepted the change and did not store it.',
    advice:
      'Run terraform apply again. If the error recurs, check the identifiers. The API accepts unknown identifiers and ignores them, for example a binding of a role that does not exist.',
    retryable: false,
  },
  stored_differently: {
    text: 'The IAM API accepted the change but shows other values.',
    advice:
      'Correct the named attributes, or the other program that writes them. Then run terraform apply again. The state contains the values of the API. An object that was created with other values is replaced.',
    retryable: false,
  },
  still_pending: {
    text: 'The IAM API is still working on the change.',
    advice: 'Run terraform apply again in a moment.',
    retryable: false,
  },
  still_bound: {
    text: 'The IAM API reports that the role is unassigned, but still shows it as bound.',
    advice:
      'The access remains, and the binding stays in the state. Run terraform destroy again. If the error recurs, check is_custom. For a role of the other kind the API reports that nothing is bound.',
    retryable: false,
  },
  old_binding_unclear: {
    text: 'The state of extenda/hiiretail does not say which binding this is.',
    advice:
      'A refresh by extenda/hiiretail replaces group_id, role_id and is_custom by parts of its id. Run the commands that the message shows. They remove the binding from the state and import the existing binding. They change nothing in the API.',
    retryable: false,
  },
  interrupted: {
    text: 'Terraform was asked to stop, and the IAM API did not confirm the change.',
    advice:
      'The API may have carried out the change. If the state has the resource, the next plan shows whether it did. If not, run terraform apply again. If that fails with api_conflict, the resource was created: import it (`terraform import`).',
    retryable: false,
  },
} as const satisfies Record<string, CodedErrorRow>;

export type HiiRetailErrorCode = keyof typeof hiiRetailErrorTable;

export interface HiiRetailErrorDetails
  extends Pick<CodedErrorDetails, 'advice' | 'retryAfter' | 'cause'> {
  /** HTTP status, if the API responded. */
  readonly status?: number | undefined;
  /** Messages of the API, cleaned; or the differences from the written values. */
  readonly messages?: readonly string[] | undefined;
  /** `Correlation-Id` of the call, which the log of the API also has. */
  readonly correlationId?: string | undefined;
  /** The permission that the call needs. */
  readonly permission?: string | undefined;
  /** The object as the API shows it, if it differs from the written one. */
  readonly found?: unknown;
}

/** An error of the IAM API, or of the connection to it. It contains no token and no secret. */
export class HiiRetailError extends CodedError<HiiRetailErrorCode> {
  override readonly name = 'HiiRetailError';
  readonly details: HiiRetailErrorDetails;

  constructor(code: HiiRetailErrorCode, details: HiiRetailErrorDetails = {}) {
    super(code, hiiRetailErrorTable[code], details);
    this.details = details;
  }
}
