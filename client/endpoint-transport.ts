import type { HttpsTransport } from '../lib/http/https-transport.ts';
import { TransportError, type TransportErrorKind } from '../lib/http/transport-error.ts';
import { type ClientErrorCode, TokenVendingError } from './token-vending-error.ts';

const CODES: Readonly<Record<TransportErrorKind, ClientErrorCode>> = {
  connection_failed: 'endpoint_unreachable',
  proxy_refused: 'endpoint_unreachable',
  tls_unacceptable: 'tls_failed',
  response_unreadable: 'answer_invalid',
  response_too_large: 'answer_invalid',
};

/**
 * A transport to the endpoint, with the errors of the SDK.
 *
 * @throws {@link TokenVendingError} `endpoint_unreachable`, `tls_failed`, `answer_invalid`; the `reason` of the signal, and whatever
 *   else `transport` throws
 */
export function openEndpointTransport(transport: HttpsTransport): HttpsTransport {
  return async (url, request) => {
    try {
      return await transport(url, request);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      throw new TokenVendingError(CODES[error.kind], { ...explain(error), cause: error.cause });
    }
  };
}

function explain({ kind, detail }: TransportError) {
  if (kind !== 'proxy_refused') return {};
  return {
    says: `The proxy opened no connection to the token-vending endpoint (${detail}).`,
    advice:
      'Check the proxy of HTTPS_PROXY and its user name and password. NO_PROXY names hosts that are reached without it.',
  };
}
