import { describe, expect, it } from '@jest/globals';
import {
  findUpstreamRequest,
  nameOf,
  unreadableResponse,
  upstreamErrorOf,
} from '../../../lib/grant/upstream-error.ts';

const url = new URL('https://auth.example.com/jwks?canary');
const json = (error: string) => JSON.stringify({ error, error_description: 'canary' });
const html = { 'content-type': 'text/html' };

describe('upstream error', () => {
  it.each<[number, string, Record<string, string>, string, RegExp]>([
    [429, '', {}, 'upstream_rate_limited', /limits the rate of requests \(status 429\)/],
    [408, '', {}, 'upstream_timeout', /status 408/],
    [500, json('server_error'), {}, 'upstream_unavailable', /status 500, server_error/],
    [502, '<html>', {}, 'upstream_unavailable', /status 502, an HTML page/],
    [400, json('temporarily_unavailable'), {}, 'upstream_unavailable', /temporarily_unavailable/],
    [401, '', {}, 'upstream_invalid', /status 401, no body/],
    [403, 'denied', html, 'upstream_invalid', /status 403, an HTML page: a proxy, a firewall/],
    [403, '{"a":1}', html, 'upstream_invalid', /status 403\)/],
    [403, ' ', html, 'upstream_invalid', /status 403, no body\)/],
    [404, 'gone', {}, 'upstream_invalid', /status 404\)/],
    [407, 'gone', {}, 'upstream_invalid', /status 407\)/],
    [302, '', {}, 'upstream_invalid', /redirects \(status 302\)/],
    [
      400,
      json('canary'),
      {},
      'upstream_invalid',
      /status 400, an error code that is not registered\)/,
    ],
    [400, 'null', {}, 'upstream_invalid', /status 400\)/],
  ])(
    'of status %d with %j is named after the request: %j %s',
    (status, body, headers, code, text) => {
      const error = upstreamErrorOf('keys', url, { status, body, headers });
      expect(error).toMatchObject({ code, message: expect.stringMatching(text) });
      expect(error.message).toMatch(
        /^The key set \(jwks_uri\) .* \(https:\/\/auth.example.com\/jwks\)/,
      );
      expect(`${error.message} ${error.detail} ${error.advice}`).not.toContain('canary');
    },
  );

  it.each([
    ['metadata', 404, /Check issuer/],
    ['metadata', 403, /Check issuer/],
    ['keys', 401, /Check issuer or jwks_uri/],
    ['token', 400, /operator of this endpoint/],
    ['token', 405, /Check issuer or token_endpoint/],
    ['revocation', 308, /revocation_endpoint/],
    ['introspection', 410, /introspection_endpoint/],
    ['token', 407, /proxy/],
  ] as const)('of %s with status %d says what to do', (request, status, advice) => {
    const error = upstreamErrorOf(request, url, { status, body: 'x', headers: {} });
    expect(error.advice).toMatch(advice);
  });

  it.each([
    ['7', 7],
    ['99999', 3_600],
    [new Date(Date.now() + 10_000).toUTCString(), 10],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads Retry-After %j', (value, seconds) => {
    const headers = { 'retry-after': value };
    const { retryAfter } = upstreamErrorOf('token', url, { status: 429, body: '', headers });
    if (seconds === 10) expect([9, 10]).toContain(retryAfter);
    else expect(retryAfter).toBe(seconds);
  });

  it('names the rule that an unreadable response breaks', () => {
    const response = { status: 200, body: '<!doctype html>', headers: {} };
    expect(unreadableResponse('metadata', url, response, 'it must be JSON')).toMatchObject({
      message: expect.stringMatching(
        /^The response of the metadata .* cannot be read: it must be JSON \(status 200, an HTML page/,
      ),
      advice: expect.stringMatching(/Check issuer/),
    });
  });
});

describe('the text of an error', () => {
  it.each(['metadata', 'keys', 'token'] as const)('names the request: %s', (request) => {
    expect(findUpstreamRequest(`The ${nameOf(request, url)} cannot be reached.`)).toBe(request);
  });

  it.each(['revocation', 'introspection'] as const)('of %s names none of a grant', (request) => {
    expect(findUpstreamRequest(`The ${nameOf(request, url)} cannot be reached.`)).toBeUndefined();
  });
});
