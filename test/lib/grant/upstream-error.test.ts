import { describe, expect, it } from '@jest/globals';
import { upstreamErrorOf } from '../../../lib/grant/upstream-error.ts';

const json = (error: string) => JSON.stringify({ error, error_description: 'canary' });

describe('upstream error', () => {
  it.each([
    [429, '', 'upstream_rate_limited'],
    [408, '', 'upstream_timeout'],
    [500, json('server_error'), 'upstream_unavailable'],
    [502, '<html>', 'upstream_unavailable'],
    [400, json('temporarily_unavailable'), 'upstream_unavailable'],
    [401, json('invalid_client'), 'credential_refused'],
    [400, json('invalid_client'), 'credential_refused'],
    [401, '', 'credential_refused'],
    [403, '', 'credential_refused'],
    [403, json('access_denied'), 'upstream_invalid'],
    [400, json('unauthorized_client'), 'credential_refused'],
    [400, json('invalid_scope'), 'scope_refused'],
    [400, json('invalid_target'), 'target_refused'],
    [400, json('invalid_request'), 'upstream_invalid'],
    [302, '', 'upstream_invalid'],
    [400, json('canary'), 'upstream_invalid'],
    [400, 'null', 'upstream_invalid'],
  ])('of status %d with %j is %s, and repeats nothing', (status, body, code) => {
    const translated = upstreamErrorOf({ status, body, headers: {} });
    expect(translated.code).toBe(code);
    expect(`${translated.message} ${translated.detail}`).not.toContain('canary');
  });

  it.each([
    ['7', 7],
    ['99999', 3_600],
    [new Date(Date.now() + 10_000).toUTCString(), 10],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads Retry-After %j', (value, seconds) => {
    const { retryAfter } = upstreamErrorOf({
      status: 429,
      body: '',
      headers: { 'retry-after': value },
    });
    if (seconds === 10) expect([9, 10]).toContain(retryAfter);
    else expect(retryAfter).toBe(seconds);
  });
});
