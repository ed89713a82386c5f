import { TokenVendingError } from '../../client/token-vending-error.ts';
import { CodedError } from '../../lib/errors/coded-error.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { type Path, pathOf } from '../framework/values/path.ts';

const TROUBLESHOOTING =
  'https://github.com/token-vending/token-vending/blob/main/docs/troubleshooting.md';

/** The attribute of a block that an error concerns, by code. Terraform then shows its line. */
export type AttributeByCode = Readonly<Record<string, string>>;

/** The attributes of a block that requests a token. */
export const tokenAttributes: AttributeByCode = {
  policy_denied: 'credential',
  credential_unknown: 'credential',
  credential_disabled: 'credential',
  credential_invalid: 'credential',
  credential_refused: 'credential',
  scope_refused: 'scope',
  target_refused: 'audience',
  min_ttl_unsatisfiable: 'min_ttl',
};

/** Advice in the terms of Terraform, for codes whose advice is for the command line. */
export const terraformAdvices: Readonly<Record<string, string>> = {
  endpoint_invalid:
    'Set endpoint in the block of provider "tokenvending", or the environment variable TOKEN_VENDING_ENDPOINT, to the https URL of the endpoint. http is only for loopback.',
  region_unknown:
    'Set region in the block of provider "tokenvending", or AWS_REGION. Only host names of AWS domains contain the region.',
  tls_failed:
    'If a proxy inspects TLS, set ca_bundle in the block of provider "tokenvending" to the file of its certificate authority.',
  endpoint_timeout:
    'Try again, or raise timeout in the block of provider "tokenvending". A cold start can take some seconds.',
  registry_absent:
    'Set endpoint in the block of provider "tokenvending" to the endpoint of the primary Region. Ask the operator whether the stack has a registry (registry: true).',
  version_conflict:
    'Somebody else has changed the credential since the plan, unless an earlier attempt of this apply did. Run terraform plan again, and check what it shows.',
  min_ttl_unsatisfiable:
    'Request a smaller min_ttl, have the lifetime raised at the authorization server, or split the run. If the other provider renews its token, run it under `token-vending exec --serve`.',
};

/**
 * Makes one diagnostic of an error of the endpoint or of the connection to it: what happened, what
 * to do, and the code as in the command line and the audit log.
 *
 * @param doing what does not happen, as the beginning of a sentence: `No access token for
 *   checkout/orders-api`
 * @param given attributes that the configuration sets: only these have a line to show
 * @returns the error itself if it has no code
 */
export function explainError(
  error: unknown,
  doing: string,
  attributes: AttributeByCode = {},
  given: ReadonlySet<string> = new Set(Object.values(attributes)),
): unknown {
  if (!(error instanceof CodedError)) return error;
  const { code, message, advice } = error;
  const requestId = error instanceof TokenVendingError ? error.requestId : undefined;
  const attribute = attributes[code];
  const reference = `${requestId === undefined ? '' : `Request id: ${requestId}. `}More: ${TROUBLESHOOTING}#${code}`;
  return new DiagnosticError(
    {
      summary: `${doing}: ${code}`,
      detail: [message, terraformAdvices[code] ?? advice, reference].filter(Boolean).join('\n\n'),
      ...pathFor(attribute, given),
    },
    { cause: error },
  );
}

function pathFor(
  attribute: string | undefined,
  given: ReadonlySet<string>,
): { readonly path?: Path } {
  return attribute !== undefined && given.has(attribute) ? { path: pathOf(attribute) } : {};
}
