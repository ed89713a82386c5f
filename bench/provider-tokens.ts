// What the provider's token source adds to a token request, and what asking it costs while the token lives, beside the figures that the
// requirements name: 500 ms for acquisition, 100 ms for validation. The server on loopback takes 150 ms, as Hydra does to check a secret.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openHttpsTransport } from '../lib/http/https-transport.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { openDirectTokens, openHydra } from '../provider/hiiretail/direct-tokens.ts';
import { openTokenSource, type TokenSource } from '../provider/hiiretail/token-source.ts';
import { exactly, type GroupOptions, type GroupResult, measured, ratioOf } from './figure.ts';
import { measurePaired, microseconds, milliseconds } from './paired.ts';

const SERVER_TIME = 150;
// Milliseconds, and microseconds, as the requirements name them.
const ACQUISITION_GOAL = 500;
const VALIDATION_GOAL = 100_000;
const CALLERS = 100;

const signal = new AbortController().signal;
const answer = JSON.stringify({ access_token: 'opaque', token_type: 'bearer', expires_in: 3600 });

async function startServer() {
  let requests = 0;
  const server = http.createServer((request, response) => {
    requests += 1;
    request.resume();
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end(answer);
    }, SERVER_TIME);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/token`;
  return { url, requests: () => requests, close: () => server.close() };
}

function openSource(tokenUrl: string): TokenSource {
  const settings = {
    mode: 'direct',
    clientId: 'bench',
    clientSecret: 'fake-secret-of-the-benchmark',
    tokenUrl,
    issuer: 'https://auth.retailsvc.com',
    audience: 'https://hiiretail.com',
    scopes: [],
  } as const;
  const options = { settings, timeout: 30_000, maxRetries: 0, clock: systemClock };
  return openTokenSource(openDirectTokens({ ...options, server: openHydra({}) }), systemClock);
}

/** Acquisition beside the bare request, and asking for a token that is held. */
export async function benchProviderTokens({ quick }: GroupOptions): Promise<GroupResult> {
  const server = await startServer();
  try {
    const transport = openHttpsTransport();
    const url = new URL(server.url);
    const body = 'grant_type=client_credentials';
    const bare = () => transport(url, { method: 'POST', headers: {}, body, signal });
    const acquire = () => openSource(server.url).get(signal);
    const times = await measurePaired(
      { bare: milliseconds(bare), acquire: milliseconds(acquire) },
      quick ? 10 : 50,
    );
    const source = openSource(server.url);
    const before = server.requests();
    await Promise.all(Array.from({ length: CALLERS }, () => source.get(signal)));
    const requests = server.requests() - before;
    const { held } = await measurePaired(
      { held: microseconds(() => source.get(signal), 100) },
      200,
    );
    return {
      group: 'provider-tokens',
      title: 'Tokens of the hiiretail provider',
      figures: [
        measured('bare', 'bare token request', 'ms', times.bare),
        measured('acquire', 'token acquired', 'ms', times.acquire, ACQUISITION_GOAL),
        ratioOf(
          'acquire-over-bare',
          'token acquired over the bare request',
          times.acquire,
          times.bare,
        ),
        measured('held', 'token held: asked for with each request', 'us', held, VALIDATION_GOAL),
        exactly('requests', `token requests of ${CALLERS} callers at once`, 'count', requests),
      ],
      notes: [`The token endpoint takes ${SERVER_TIME} ms, as Hydra does to check a secret.`],
    };
  } finally {
    server.close();
  }
}
