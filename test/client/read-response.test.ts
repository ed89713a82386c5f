import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { readResponse } from '../../client/read-response.ts';
import type { HttpsResponse } from '../../lib/http/https-transport.ts';

const NOW = Date.UTC(2026, 0, 1);
const schema = v.object({ ok: v.boolean() });
const read = (response: Partial<HttpsResponse>) =>
  readResponse({ status: 200, headers: {}, body: '', ...response }, schema, NOW);

const own = {
  error: 'temporarily_unavailable',
  error_description: 'It rests.',
  code: 'upstream_unavailable',
  request_id: 'r-1',
};
const aws = (status: number, body: object, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'x-amzn-requestid': 'a-1', ...headers },
  body: JSON.stringify(body),
});

describe('a response of the endpoint', () => {
  it('is read by its schema', () => {
    expect(read({ body: '{"ok":true}' })).toEqual({ ok: true });
    expect(
      readResponse({ status: 200, headers: {}, body: '' }, v.undefined(), NOW),
    ).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a page', '<html></html>'],
    ['something else', '{"ok":1}'],
  ])('is invalid if it is %s', (_, body) => {
    expect(() => read({ body })).toThrow(
      expect.objectContaining({ code: 'answer_invalid', status: 200 }),
    );
  });
});

describe('an error of the endpoint', () => {
  it('is a page of somebody else, even if the response may have no body', () => {
    const page = { status: 200, headers: {}, body: '<html></html>' };
    const read = () => readResponse(page, v.optional(v.object({})), NOW);
    expect(read).toThrow(expect.objectContaining({ code: 'answer_invalid' }));
  });

  it('keeps what the test of a document found, if a change failed by it', () => {
    const failedTest = { stages: {}, failed_stage: 'request', suggestions: { scope: 'a' } };
    const errorOf = (more: object) => {
      try {
        return read({ status: 502, body: JSON.stringify({ ...own, ...more }) });
      } catch (error) {
        return error;
      }
    };
    expect(errorOf(failedTest)).toMatchObject({ code: 'upstream_unavailable', failedTest });
    expect(errorOf({ ...failedTest, failed_stage: 'proof' })).toMatchObject({
      code: 'upstream_unavailable',
      failedTest: undefined,
    });
  });

  it('keeps code, text, advice, request id and Retry-After', () => {
    const body = JSON.stringify({ ...own, advice: 'Wait.' });
    expect(() => read({ status: 503, headers: { 'retry-after': '7' }, body })).toThrow(
      expect.objectContaining({
        code: 'upstream_unavailable',
        message: 'It rests.',
        advice: 'Wait.',
        status: 503,
        requestId: 'r-1',
        retryAfter: 7,
      }),
    );
  });

  it.each([undefined, 'later', '-1', '1234567'])('has no Retry-After: %s', (value) => {
    const headers: Record<string, string> = value === undefined ? {} : { 'retry-after': value };
    expect(() => read({ status: 503, headers, body: JSON.stringify(own) })).toThrow(
      expect.objectContaining({ advice: '', retryAfter: undefined }),
    );
  });

  it('is invalid if its code is in no table', () => {
    const body = JSON.stringify({ ...own, code: 'not_yet_known' });
    expect(() => read({ status: 400, body })).toThrow(
      expect.objectContaining({ code: 'answer_invalid', status: 400 }),
    );
  });
});

describe('an error of AWS before the endpoint', () => {
  it.each([
    ['throttling', aws(429, { message: 'Rate Exceeded.' }), 'endpoint_unreachable', 1],
    ['throttling', aws(429, { message: 'x' }, { 'retry-after': '3' }), 'endpoint_unreachable', 3],
    ['a crash', aws(502, { message: 'Internal Server Error' }), 'endpoint_unreachable', undefined],
    ['an IAM refusal', aws(403, { Message: 'Forbidden' }), 'access_forbidden', undefined],
    [
      'a refused signature',
      aws(403, { message: 'x' }, { 'x-amzn-errortype': 'InvalidSignatureException:http://x' }),
      'signature_refused',
      undefined,
    ],
    ['another status', aws(418, { message: 'x' }), 'answer_invalid', undefined],
    ['a gateway', { status: 502, body: '<html>' }, 'answer_invalid', undefined],
    ['a captive portal', { status: 403, body: '<html>' }, 'answer_invalid', undefined],
    ['a proxy', { status: 429, body: '<html>' }, 'answer_invalid', undefined],
  ])('is told apart: %s', (_, response, code, retryAfter) => {
    expect(() => read(response)).toThrow(expect.objectContaining({ code, retryAfter }));
  });

  it('has the request id of AWS, and the clock of AWS to compare with', () => {
    const date = new Date(NOW + 600_000).toUTCString();
    const type = 'InvalidSignatureException';
    const response = aws(403, { message: 'x' }, { 'x-amzn-errortype': type, date });
    expect(() => read(response)).toThrow(
      expect.objectContaining({
        requestId: 'a-1',
        message: expect.stringMatching(/10 minutes behind/),
      }),
    );
  });
});
