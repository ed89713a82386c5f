import { describe, expect, it } from '@jest/globals';
import { readTokenResponse } from '../../../lib/grant/token-response.ts';

const url = new URL('https://auth.example.com/token');
const read = (body: unknown, headers: Record<string, string> = {}) =>
  readTokenResponse(url, {
    status: 200,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const token = { access_token: 'a', token_type: 'bearer', expires_in: 60 };

describe('a token response', () => {
  it.each<[what: string, change: object, expected: object]>([
    ['no token type', { token_type: undefined }, {}],
    ['the type null', { token_type: null }, {}],
    ['the type BearerToken', { token_type: 'BearerToken' }, {}],
    ['the type JWT', { token_type: ' JWT ' }, {}],
    ['a lifetime as text', { expires_in: '3599' }, { expires_in: 3599 }],
    ['a lifetime as a fraction', { expires_in: 59.9 }, { expires_in: 59 }],
    ['a fraction as text', { expires_in: '59.9' }, { expires_in: 59 }],
    ['the lifetime null', { expires_in: null }, { expires_in: undefined }],
    ['an empty lifetime', { expires_in: '' }, { expires_in: undefined }],
    ['no lifetime', { expires_in: undefined }, { expires_in: undefined }],
    ['a lifetime of a century', { expires_in: 3_153_600_000 }, { expires_in: 315_360_000 }],
    ['a lifetime beyond numbers', { expires_in: 1e300 }, { expires_in: 315_360_000 }],
    ['the scope null', { scope: null }, { scope: undefined }],
    ['a list of scopes', { scope: ['b', 'a'] }, { scope: ['b', 'a'] }],
    ['an error beside a token', { error: 'invalid_client' }, { access_token: 'a' }],
  ])('may have %s', (_what, change, expected) => {
    expect(read({ ...token, ...change })).toMatchObject({ access_token: 'a', ...expected });
  });

  it('may begin with a byte order mark, or be a form', () => {
    expect(read(`\uFEFF${JSON.stringify(token)}`)).toMatchObject({ expires_in: 60 });
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    expect(read('access_token=a&expires_in=60&token_type=bearer', form)).toMatchObject({
      access_token: 'a',
      expires_in: 60,
    });
  });

  it.each<[what: string, change: object, text: RegExp]>([
    ['no token', { access_token: undefined }, /access_token is missing/],
    ['the token null', { access_token: null }, /access_token is missing/],
    ['a token that is a number', { access_token: 5 }, /access_token must be a string of printable/],
    ['an empty token', { access_token: '' }, /access_token must be a string/],
    ['a token with a line break', { access_token: 'a\r\nb' }, /access_token must be a string/],
    ['a token with a space', { access_token: 'error: no client' }, /access_token must be a string/],
    ['a token with NUL', { access_token: 'a\0' }, /access_token must be a string/],
    ['the type DPoP', { token_type: 'DPoP' }, /token_type must be Bearer, and it is DPoP/],
    ['the type mac', { token_type: 'mac' }, /it is MAC, which token-vending does not support/],
    ['the type constructor', { token_type: 'constructor' }, /token_type must be Bearer\.$/],
    ['the type N_A', { token_type: 'N_A' }, /it is N_A/],
    ['an unknown type', { token_type: 'canary' }, /token_type must be Bearer\.$/],
    ['a type that is a number', { token_type: 5 }, /token_type must be Bearer\.$/],
    ['a negative lifetime', { expires_in: -1 }, /expires_in must be a number of seconds/],
    ['a lifetime that is a word', { expires_in: 'soon' }, /expires_in must be a number/],
    ['a lifetime that is true', { expires_in: true }, /expires_in must be a number/],
  ])('is rejected with %s', (_what, change, text) => {
    const attempt = () => read({ ...token, ...change });
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(expect.objectContaining({ code: 'token_unacceptable' }));
    expect(attempt).not.toThrow(/canary/);
  });

  it.each<[what: string, body: string, text: RegExp]>([
    ['a page', '<!DOCTYPE html><p>canary', /must be a JSON object \(status 200, an HTML page/],
    ['nothing', '', /must be a JSON object \(status 200, no body\)/],
    ['a list', '["canary"]', /must be a JSON object \(status 200\)/],
    ['text', '"canary"', /must be a JSON object/],
  ])('is rejected as %s', (_what, body, text) => {
    expect(() => read(body)).toThrow(text);
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'upstream_invalid' }));
    expect(() => read(body)).not.toThrow(/canary/);
  });
});
