// A vending function that mints over TLS, and the bare token request that its mints stand beside.
import { hash } from 'node:crypto';
import https from 'node:https';
import { openJoseVerifier } from '../lib/grant/jose.ts';
import { openOpenidClient } from '../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../lib/http/https-transport.ts';
import type { Vending } from '../lib/vending/vending.ts';
import { handle, openBenchVending } from './bench-vending.ts';
import type { Upstreams } from './upstreams.ts';
import { vendEvent } from './vend-event.ts';

/** A function on the real adapters, except that of Secrets Manager. */
export function openWired({ url }: Upstreams): Vending {
  const transport = openHttpsTransport();
  const document = {
    issuer: url,
    client_id: 'bench',
    client_secret: 'bench',
    scope: 'a:read a:write',
    audience: ['https://api.example.com'],
  };
  return openBenchVending({
    store: {
      read: async () => ({ text: JSON.stringify(document), versionId: 'v1', writtenAt: 0 }),
      list: async () => [],
    },
    server: openOpenidClient(transport),
    verifier: openJoseVerifier(transport),
  });
}

/**
 * Milliseconds of one mint.
 *
 * @throws Error if the token comes from the cache, or does not come
 */
export async function mint(vending: Vending): Promise<number> {
  const started = performance.now();
  const { statusCode, body } = await handle(vending, vendEvent);
  const took = performance.now() - started;
  const { source, credential, access_token } = JSON.parse(body);
  if (statusCode !== 200 || source !== 'minted') throw new Error(`not minted: ${statusCode}`);
  // As a revocation does: the next vend mints again.
  vending.tokens.drop(credential, hash('sha256', access_token, 'hex'));
  return took;
}

/** Milliseconds of the same token request by nothing but node:https: the least that a mint takes. */
export async function bareTokenRequest(url: string, agent: https.Agent): Promise<number> {
  const started = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  https
    .request(`${url}/token`, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', resolve);
    })
    .on('error', reject)
    .end('grant_type=client_credentials&scope=a%3Aread');
  await promise;
  return performance.now() - started;
}
