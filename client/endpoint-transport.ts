import type { HttpsTransport } from '../lib/http/https-transport.ts';
import { TransportError, type TransportErrorKind } from '../lib/http/transport-error.ts';
import { type ClientErrorCode, TokenVendingError } from './token-vending-error.ts';

const CODES: Readonly<Record<TransportErrorKind, ClientErrorCode>> = {
  connection_failed: 'endpoint_unreachable',
  tls_unacceptable: 'tls_failed',
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
      throw new TokenVendingError(CODES[error.kind], { cause: error.cause });
    }
  };
}
