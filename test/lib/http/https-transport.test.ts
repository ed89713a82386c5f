import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { openHttpsTransport } from '../../../lib/http/https-transport.ts';

describe('HTTPS transport', () => {
  it('does not fall back to what is no TLS, and does not call it a passing failure', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const request = openHttpsTransport()(url, {
      method: 'GET',
      headers: {},
      signal: new AbortController().signal,
    });
    await expect(request).rejects.toMatchObject({
      code: 'upstream_invalid',
      detail: expect.stringMatching(/SSL|EPROTO/),
    });
    server.close();
  });

  it('does not start where its time is over', async () => {
    const signal = AbortSignal.abort(new Error('over'));
    const request = openHttpsTransport()(new URL('http://127.0.0.1:1/'), {
      method: 'GET',
      headers: {},
      signal,
    });
    await expect(request).rejects.toThrow('over');
  });
});
