import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { SignedCalls } from '../../client/signed-calls.ts';
import type { TokenClientOptions } from '../../client/token-client-options.ts';
import type { HttpsRequest, HttpsResponse } from '../../lib/http/https-transport.ts';
import { VERSION } from '../../lib/version.ts';

const schema = v.object({ ok: v.boolean() });
const ok: HttpsResponse = { status: 200, headers: {}, body: '{"ok":true}' };
const get = { method: 'GET', path: '/x', headers: {}, body: '' } as const;
const identity = async () => ({ accessKeyId: 'LOCALKEY', secretAccessKey: 'fake' });

function failing(status: number, headers: Record<string, string> = {}): HttpsResponse {
  const error = { error: 'x', error_description: 'x', error_uri: 'u', request_id: 'r', advice: '' };
  return { status, headers, body: JSON.stringify({ ...error, code: 'upstream_unavailable' }) };
}

/** Calls of an endpoint that responds from a list, and then always with the last response. */
function open(responses: readonly HttpsResponse[], options: Partial<TokenClientOptions> = {}) {
  const sent: (HttpsRequest & { readonly url: string })[] = [];
  const calls = new SignedCalls({
    endpoint: 'https://abc.lambda-url.eu-north-1.on.aws/',
    credentials: identity,
    transport: async (url, request) => {
      sent.push({ ...request, url: url.href });
      return responses[Math.min(sent.length, responses.length) - 1] as HttpsResponse;
    },
    ...options,
  });
  return { calls, sent };
}

describe('signed calls of the endpoint', () => {
  it('name the version of the client, and keep the headers of the request', async () => {
    const { calls, sent } = open([ok]);
    const headers = { 'content-type': 'application/json' };
    expect(await calls.send({ ...get, headers }, schema)).toEqual({ ok: true });
    expect(sent[0]).toMatchObject({
      url: 'https://abc.lambda-url.eu-north-1.on.aws/x',
      headers: {
        ...headers,
        accept: 'application/json',
        'user-agent': `token-vending-client/${VERSION}`,
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=LOCALKEY/),
      },
    });
  });

  it('are signed with the time after the credentials were read', async () => {
    const time = { now: Date.UTC(2026, 0, 1) };
    const credentials = () => {
      time.now = Date.UTC(2026, 0, 2);
      return identity();
    };
    const { calls, sent } = open([ok], { credentials, now: () => time.now });
    await calls.send(get, schema);
    expect(sent[0]?.headers['x-amz-date']).toBe('20260102T000000Z');
  });

  it('end with the caller, even if its credentials never come', async () => {
    const { calls, sent } = open([ok], { credentials: () => new Promise(() => undefined) });
    const leaving = new AbortController();
    const call = calls.send(get, schema, leaving.signal);
    leaving.abort(new Error('left'));
    await expect(call).rejects.toThrow('left');
    expect(sent).toEqual([]);
  });

  it('are retried three times unless maxRetries is set', async () => {
    const busy = failing(503, { 'retry-after': '0' });
    for (const [options, attempts] of [
      [{}, 4],
      [{ maxRetries: 1 }, 2],
      [{ maxRetries: 0 }, 1],
    ] as const) {
      const { calls, sent } = open([busy], options);
      await expect(calls.send(get, schema)).rejects.toMatchObject({ code: 'upstream_unavailable' });
      expect(sent).toHaveLength(attempts);
    }
  });

  it('are not retried past the budget', async () => {
    const busy = failing(503, { 'retry-after': '2' });
    const { calls, sent } = open([busy], { budget: 1_999, now: () => 0 });
    await expect(calls.send(get, schema)).rejects.toMatchObject({ retryAfter: 2 });
    expect(sent).toHaveLength(1);
  });

  it('end with the signal of the caller, during a wait too', async () => {
    const leaving = new AbortController();
    const { calls, sent } = open([failing(503, { 'retry-after': '30' })]);
    const failed = calls.send(get, schema, leaving.signal);
    failed.catch(() => undefined);
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    leaving.abort(new Error('left'));
    await expect(failed).rejects.toThrow('left');
  });

  it('use the pool of connections and the credential chain of AWS unless others are given', async () => {
    const server = http.createServer((_, response) => response.end('{"ok":true}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const region = 'eu-north-1';
    const calls = new SignedCalls({ endpoint, region, credentials: identity });
    expect(await calls.send(get, schema)).toEqual({ ok: true });
    server.closeAllConnections();
    server.close();
    const profile = 'no-such-profile-of-token-vending';
    const unsigned = new SignedCalls({ endpoint, region, profile });
    await expect(unsigned.send(get, schema)).rejects.toMatchObject({
      code: 'aws_credentials_unavailable',
    });
  });

  it('time out', async () => {
    const transport: TokenClientOptions['transport'] = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { calls } = open([], { transport, timeout: 5, maxRetries: 0 });
    await expect(calls.send(get, schema)).rejects.toMatchObject({ code: 'endpoint_timeout' });
  });
});
