import { TokenVendingError } from '../../client/token-vending-error.ts';
import { CodedError } from '../../lib/errors/coded-error.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { type Path, pathOf } from '../framework/values/path.ts';
import { HiiRetailError } from './hiiretail-error.ts';

const TROUBLESHOOTING =
  'https://github.com/token-vending/token-vending/blob/main/docs/hiiretail/guides/troubleshooting.md';

/**
 * Advice in the terms of this provider, for codes whose advice is for the operator of an endpoint.
 */
export const tokenAdvices: Readonly<Record<string, string>> = {
  endpoint_invalid: 'Set token_vending.endpoint, or TOKEN_VENDING_ENDPOINT, to the https URL.',
  region_unknown: 'Set token_vending.region, or AWS_REGION.',
  tls_failed:
    'If a proxy inspects TLS, add its certificate authority to the store of the system, or set NODE_EXTRA_CA_CERTS to its file.',
  endpoint_timeout: 'Try again, or raise timeout_seconds. A cold start can take some seconds.',
  min_ttl_unsatisfiable:
    'Request a smaller token_vending.min_ttl. Tokens are renewed during the run.',
};

/** Advice in direct mode, in which the user holds the client. */
export const directAdvices: Readonly<Record<string, string>> = {
  credential_refused:
    'Check in this order: client_id and client_secret belong together and were copied completely; the client is Authorized in OCMS, neither pending nor revoked; the authorization server belongs to the environment of the tenant.',
  scope_refused: 'Remove scopes. OCMS expects none: the roles of the client give the permissions.',
  target_refused: 'Remove audience. Every API of Hii Retail expects https://hiiretail.com.',
  upstream_invalid:
    'Check issuer, token_url and audience. The server refused the request or is not an authorization server.',
  token_unacceptable: 'Check issuer and token_url.',
  upstream_unavailable:
    'Check the network between this machine and the authorization server. Then try again.',
  upstream_timeout: 'Try again, or raise timeout_seconds.',
  upstream_rate_limited: 'Wait and try again.',
};

/**
 * Makes one diagnostic of an error: what does not happen, what happened, what to do, and the code
 * as on the troubleshooting page.
 *
 * @param doing what does not happen, as the beginning of a sentence: `The group is not created`
 * @param more.state state of the object that exists in spite of the error
 * @returns the error itself if it has no code and nothing exists
 */
export function explainError(
  error: unknown,
  doing: string,
  more: { readonly attribute?: string; readonly state?: Readonly<Record<string, unknown>> } = {},
): unknown {
  const { attribute, state } = more;
  const position: { readonly path?: Path } =
    attribute === undefined ? {} : { path: pathOf(attribute) };
  const detail = detailOf(error);
  if (detail === undefined) {
    // The framework reports the cause like an error without state.
    return state === undefined ? error : new DiagnosticError([], { cause: error, state });
  }
  const { code } = error as CodedError;
  return new DiagnosticError(
    {
      summary: `${doing}: ${code}`,
      detail: [...detail, `More: ${TROUBLESHOOTING}#${code}`].join('\n\n'),
      ...position,
    },
    { cause: error, ...(state === undefined ? {} : { state }) },
  );
}

function detailOf(error: unknown): readonly string[] | undefined {
  if (error instanceof HiiRetailError) return describeApiError(error);
  return error instanceof CodedError ? describeTokenError(error) : undefined;
}

function describeApiError({ message, advice, details }: HiiRetailError): readonly string[] {
  const { status, messages = [], retryAfter, correlationId, permission, cause } = details;
  const said = messages.map((text) => `- ${text}`).join('\n');
  const facts = [
    status === undefined ? '' : `Status: ${status}.`,
    permission === undefined ? '' : `Permission needed: ${permission}.`,
    retryAfter === undefined ? '' : `Retry-After: ${retryAfter} s.`,
    correlationId === undefined ? '' : `Correlation-Id: ${correlationId}.`,
    networkCodeOf(cause),
  ].filter(Boolean);
  return [message, said, advice, facts.join(' ')].filter(Boolean);
}

function networkCodeOf(cause: unknown): string {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const code = (inner as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? `Network: ${code}.` : '';
}

function describeTokenError(error: CodedError): readonly string[] {
  const isVended = error instanceof TokenVendingError;
  const advice = (isVended ? tokenAdvices : directAdvices)[error.code] ?? error.advice;
  const facts = isVended ? requestIdOf(error) : (error.detail ?? '');
  const wait = error.retryAfter === undefined ? '' : `Retry-After: ${error.retryAfter} s.`;
  return [`No access token: ${error.message}`, advice, facts, wait].filter(Boolean);
}

function requestIdOf({ requestId }: TokenVendingError): string {
  return requestId === undefined ? '' : `Request id: ${requestId}.`;
}
