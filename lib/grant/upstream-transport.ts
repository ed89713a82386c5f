import { VendError } from '../errors/vend-error.ts';
import type { HttpsTransport } from '../http/https-transport.ts';
import { TransportError } from '../http/transport-error.ts';

/**
 * A transport to authorization servers, with the errors of the grant.
 *
 * @throws VendError `upstream_unavailable` (connection), `upstream_invalid` (certificate, too large a response); the `reason` of
 *   the signal, and whatever else `transport` throws
 */
export function openUpstreamTransport(transport: HttpsTransport): HttpsTransport {
  return async (url, request) => {
    try {
      return await transport(url, request);
    } catch (error) {
      throw error instanceof TransportError ? translate(error) : error;
    }
  };
}

function translate({ kind, detail, cause }: TransportError): VendError {
  switch (kind) {
    case 'connection_failed':
      return new VendError('upstream_unavailable', { detail, cause });
    case 'tls_unacceptable':
      return new VendError('upstream_invalid', {
        says: 'The TLS certificate or protocol of the authorization server is not accepted.',
        detail,
        cause,
      });
    case 'response_too_large':
      return new VendError('upstream_invalid', { detail: `answer ${detail}` });
  }
}
