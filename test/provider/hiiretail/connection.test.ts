import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { configurationSchema } from '../../../provider/hiiretail/configuration-schema.ts';
import { connect } from '../../../provider/hiiretail/connection.ts';
import type { Settings } from '../../../provider/hiiretail/settings.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const signal = new AbortController().signal;
const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(respond: http.RequestListener): Promise<string> {
  const server = http.createServer(respond);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const token = JSON.stringify({ access_token: 'opaque', token_type: 'bearer', expires_in: 60 });

function open(baseUrl: string, tokenUrl: string, environment: Record<string, string> = {}) {
  const settings = {
    tenantId: 'T1',
    environment: 'live',
    baseUrl,
    timeout: 5_000,
    maxRetries: 0,
    tokens: {
      mode: 'direct',
      clientId: 'id-1',
      clientSecret: 'fake-secret-0001',
      tokenUrl,
      issuer: 'https://auth.retailsvc.com',
      audience: 'https://hiiretail.com',
      scopes: [],
    },
  } as const;
  const options = { environment, terraformVersion: '1.11.4', clock: new FakeClock() };
  return connect(settings, options);
}

describe('the connection of the provider', () => {
  it('goes through the proxy of the environment, for tokens and for the API', async () => {
    const seen: string[] = [];
    const proxy = await serve(({ url = '' }, response) => {
      seen.push(url);
      response.setHeader('content-type', 'application/json');
      response.end(url.includes('oauth2') ? token : '[]');
    });
    const connection = open('http://localhost:9/iam', 'http://localhost:9/oauth2/token', {
      http_proxy: proxy,
    });
    expect(await connection.api(signal).listPermissions()).toEqual([]);
    expect(seen).toEqual([
      'http://localhost:9/oauth2/token',
      'http://localhost:9/iam/api/v1/permissions',
    ]);
  });

  it('sends the token to no other host if the API redirects', async () => {
    const elsewhere: unknown[] = [];
    const other = await serve(({ headers }, response) => {
      elsewhere.push(headers);
      response.end('[]');
    });
    const api = await serve(({ url = '' }, response) => {
      if (url.startsWith('/oauth2')) {
        response.setHeader('content-type', 'application/json');
        response.end(token);
      } else response.writeHead(302, { location: other }).end();
    });
    const connection = open(api, `${api}/oauth2/token`);
    const call = connection.api(signal).listPermissions();
    await expect(call).rejects.toMatchObject({ code: 'api_redirected' });
    expect(elsewhere).toEqual([]);
  });

  it('names a proxy of the environment that cannot be used', () => {
    const environment = { HTTPS_PROXY: 'ftp://proxy.example' };
    expect(() => open('https://iam.example', 'https://auth.example/t', environment)).toThrow(
      /proxy_invalid/,
    );
  });

  it('gets its tokens with an AWS identity if they are vended', async () => {
    const endpoint = 'http://127.0.0.1:9';
    const settings: Settings = {
      ...{ tenantId: 'T1', environment: 'live', baseUrl: endpoint, timeout: 5_000, maxRetries: 0 },
      tokens: {
        ...{ mode: 'vended', endpoint, credential: 'a/b', region: 'eu-north-1' },
        ...{ signingService: undefined, assumeRole: undefined, minTtl: undefined },
        profile: 'no such profile',
      },
    };
    const connection = connect(settings, { environment: {}, terraformVersion: '1.11.4' });
    await expect(connection.api(signal).listPermissions()).rejects.toMatchObject({
      code: 'aws_credentials_unavailable',
    });
  });

  it('uses no network before the first call', async () => {
    const seen: unknown[] = [];
    const api = await serve((request, response) => {
      seen.push(request.url);
      response.end();
    });
    open(api, `${api}/oauth2/token`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([]);
  });

  it('has no switch that turns a check off', () => {
    const names = Object.keys(configurationSchema.attributes);
    expect(names.filter((name) => /skip|insecure|mock|verify|tls|debug/.test(name))).toEqual([]);
  });
});
