import { describe, expect, it } from '@jest/globals';
import { openEndpointTransport } from '../../client/endpoint-transport.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { TransportError } from '../../lib/http/transport-error.ts';

const signal = new AbortController().signal;
const send = (error: Error) =>
  openEndpointTransport(() => Promise.reject(error))(new URL('https://endpoint.example'), {
    method: 'GET',
    headers: {},
    signal,
  });

describe('transport to the endpoint', () => {
  it.each([
    ['connection_failed', 'endpoint_unreachable'],
    ['tls_unacceptable', 'tls_failed'],
    ['response_too_large', 'answer_invalid'],
  ] as const)('turns %s into %s', async (kind, code) => {
    const cause = new Error('of Node.js');
    const failed = send(new TransportError(kind, 'detail', cause));
    await expect(failed).rejects.toBeInstanceOf(TokenVendingError);
    await expect(failed).rejects.toMatchObject({ code, cause });
  });

  it('leaves responses and other errors as they are', async () => {
    const error = new Error('left');
    await expect(send(error)).rejects.toBe(error);
    const response = { status: 200, headers: {}, body: '' };
    const transport = openEndpointTransport(async () => response);
    const request = { method: 'GET', headers: {}, signal } as const;
    expect(await transport(new URL('https://endpoint.example'), request)).toBe(response);
  });
});
