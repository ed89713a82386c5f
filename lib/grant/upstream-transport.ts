import { VendError } from '../errors/vend-error.ts';
import type { HttpsTransport } from '../http/https-transport.ts';
import { TransportError } from '../http/transport-error.ts';
import { certificateErrorOf, type FailedExchange } from './certificate-error.ts';
import { nameOf, type UpstreamRequest } from './upstream-error.ts';

/**
 * A transport to authorization servers, with the errors of the grant, named after the request.
 *
 * @throws VendError `upstream_unavailable` (connection), `upstream_invalid` (certificate, too large a response),
 *   `credential_refused` (client certificate); the `reason` of the signal, and whatever else `transport` throws
 */
export function openUpstreamTransport(
  transport: HttpsTransport,
  request: UpstreamRequest,
): HttpsTransport {
  return async (url, options) => {
    try {
      return await transport(url, options);
    } catch (error) {
      const offered = options.clientCertificate !== undefined;
      throw error instanceof TransportError ? translate(error, { request, url, offered }) : error;
    }
  };
}

function translate(error: TransportError, exchange: FailedExchange): VendError {
  return certificateErrorOf(error, exchange) ?? generalErrorOf(error, exchange);
}

function generalErrorOf(
  { kind, detail: why, cause }: TransportError,
  { request, url }: FailedExchange,
): VendError {
  const name = nameOf(request, url);
  const detail = `${request}: ${why}`;
  switch (kind) {
    case 'connection_failed':
      return new VendError('upstream_unavailable', {
        says: `The ${name} cannot be reached.`,
        detail,
        cause,
      });
    case 'proxy_refused':
      return new VendError('upstream_unavailable', {
        says: `The proxy opens no connection to the ${name}.`,
        advice:
          'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, and whether the proxy permits this host.',
        detail,
        cause,
      });
    case 'tls_unacceptable':
      return new VendError('upstream_invalid', {
        says: `The TLS certificate or protocol of the ${name} is not accepted.`,
        detail,
        cause,
      });
    case 'response_unreadable':
      return new VendError('upstream_invalid', {
        says: `The response of the ${name} is no HTTP response that can be read.`,
        detail,
        cause,
      });
    case 'response_too_large':
      return new VendError('upstream_invalid', {
        says: `The response of the ${name} is too large.`,
        detail,
      });
  }
}
