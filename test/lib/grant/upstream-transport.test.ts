import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { openUpstreamTransport } from '../../../lib/grant/upstream-transport.ts';
import { TransportError } from '../../../lib/http/transport-error.ts';

const NAME = 'token endpoint of the authorization server (https://as.example/)';
const url = new URL('https://as.example');
const request = { method: 'GET', headers: {}, signal: new AbortController().signal } as const;
const send = (error: Error) =>
  openUpstreamTransport(() => Promise.reject(error), 'token')(url, request);

describe('transport to authorization servers', () => {
  const cause = new Error('of Node.js');

  it.each([
    [
      'connection_failed',
      'ECONNRESET',
      {
        code: 'upstream_unavailable',
        message: `The ${NAME} cannot be reached.`,
        detail: 'token: ECONNRESET',
        cause,
      },
    ],
    [
      'tls_unacceptable',
      'CERT_HAS_EXPIRED',
      {
        code: 'upstream_invalid',
        message: `The TLS certificate or protocol of the ${NAME} is not accepted.`,
        detail: 'token: CERT_HAS_EXPIRED',
        cause,
      },
    ],
    [
      'proxy_refused',
      'status 407',
      {
        code: 'upstream_unavailable',
        message: `The proxy opens no connection to the ${NAME}.`,
        detail: 'token: status 407',
        cause,
      },
    ],
    [
      'response_unreadable',
      'HPE_INVALID_CONSTANT',
      {
        code: 'upstream_invalid',
        message: `The response of the ${NAME} is no HTTP response that can be read.`,
        detail: 'token: HPE_INVALID_CONSTANT',
        cause,
      },
    ],
    [
      'response_too_large',
      'larger than 9 bytes',
      {
        code: 'upstream_invalid',
        message: `The response of the ${NAME} is too large.`,
        detail: 'token: larger than 9 bytes',
      },
    ],
  ] as const)('turns %s into the error of the grant', async (kind, detail, expected) => {
    const failed = send(new TransportError(kind, detail, cause));
    await expect(failed).rejects.toBeInstanceOf(VendError);
    await expect(failed).rejects.toMatchObject(expected);
  });

  it('says that the server refused the client certificate', async () => {
    const alert = new TransportError('tls_unacceptable', 'EPROTO', cause, { alert: 45 });
    const clientCertificate = { certificate: '-', key: '-' };
    const transport = openUpstreamTransport(() => Promise.reject(alert), 'token');
    await expect(transport(url, { ...request, clientCertificate })).rejects.toMatchObject({
      code: 'credential_refused',
      message: `The ${NAME} refused the client certificate (certificate expired).`,
    });
    await expect(send(alert)).rejects.toThrow(/requires a client certificate/);
  });

  it('leaves responses and other errors as they are', async () => {
    const error = new VendError('upstream_timeout');
    await expect(send(error)).rejects.toBe(error);
    const response = { status: 200, headers: {}, body: '' };
    expect(await openUpstreamTransport(async () => response, 'token')(url, request)).toBe(response);
  });
});
