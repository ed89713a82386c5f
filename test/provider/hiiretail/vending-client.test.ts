import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { VendedToken } from '../../../lib/http/wire.ts';
import { openVendingClient } from '../../../provider/hiiretail/vended-tokens.ts';

const vended: VendedToken = {
  access_token: 'fresh',
  token_type: 'Bearer',
  expires_in: 300,
  scope: '',
  expires_at: 4_300,
  issued_at: 700,
  credential: 'team/iam',
  mint_id: 'm',
  vend_id: 'v',
  source: 'cached',
};

describe('the client of the token-vending endpoint', () => {
  const servers: http.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** An endpoint that resets a connection, does not respond, and then responds. */
  async function serve() {
    const seen: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      seen.push(request.headers.authorization);
      if (seen.length === 1) request.socket.resetAndDestroy();
      if (seen.length > 2)
        response.setHeader('content-type', 'application/json').end(JSON.stringify(vended));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
  }

  it('signs with the identity of the run, and retries if the endpoint resets or does not respond', async () => {
    jest.replaceProperty(process, 'env', {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'fake-secret-access-key',
    });
    // Loading the client takes longer than an attempt may.
    await import('@aws-sdk/credential-provider-node');
    const { url, seen } = await serve();
    const client = openVendingClient({
      settings: {
        mode: 'vended',
        endpoint: url,
        region: 'eu-north-1',
        credential: 'team/iam',
        signingService: undefined,
        profile: undefined,
        assumeRole: undefined,
        minTtl: 60,
      },
      timeout: 3_000,
      maxRetries: 2,
      environment: {},
    });
    const token = await client.getToken({ credential: 'team/iam', minTtl: 60 });
    expect(token.access_token).toBe('fresh');
    expect(seen).toHaveLength(3);
    for (const authorization of seen) {
      expect(authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d+\/eu-north-1\/lambda\//,
      );
    }
  });
});
