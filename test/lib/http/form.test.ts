import { describe, expect, it } from '@jest/globals';
import { checkBody, malformed, parseForm } from '../../../lib/http/form.ts';
import { FORM_LIMIT } from '../../../lib/http/size-limits.ts';

const FORM = 'application/x-www-form-urlencoded';
const parameters = { client_id: 'once', audience: 'repeatable' } as const;

const parse = (body: string, contentType: string | undefined = FORM, query = '') =>
  parseForm(
    { body, query, headers: contentType === undefined ? {} : { 'content-type': contentType } },
    parameters,
  );
const refused = (message: string) =>
  expect.objectContaining({ code: 'request_malformed', message });

describe('form', () => {
  it.each([
    ['', { client_id: [], audience: [] }],
    ['client_id=a%2Fb&audience=x&audience=y', { client_id: ['a/b'], audience: ['x', 'y'] }],
    ['client_id=a+b', { client_id: ['a b'], audience: [] }],
    ['client_id=a=b', { client_id: ['a=b'], audience: [] }],
    ['client_id=&audience=&audience=x', { client_id: [], audience: ['x'] }],
    ['client_id', { client_id: [], audience: [] }],
  ])('reads %p', (body, expected) => {
    expect(parse(body)).toEqual(expected);
  });

  it.each([FORM, `${FORM}; charset=utf-8`, 'Application/X-WWW-Form-Urlencoded '])(
    'accepts the media type %s',
    (contentType) => {
      expect(parse('client_id=a', contentType)).toMatchObject({ client_id: ['a'] });
    },
  );

  it.each([
    ['client_id=a&client_id=b', 'client_id must not be repeated.'],
    ['other=a', 'other is not a parameter of this route.'],
    ['Other=a', 'A parameter is unknown for this route.'],
    ['=a', 'A parameter is unknown for this route.'],
    ['client_id=%zz', 'The body must be percent-encoded UTF-8.'],
    ['client_id=%ff', 'The body must be percent-encoded UTF-8.'],
    [
      'client_secret=a',
      'client_secret and client_assertion must be absent: the SigV4 signature is the client authentication.',
    ],
    [
      'client_assertion_type=a',
      'client_secret and client_assertion must be absent: the SigV4 signature is the client authentication.',
    ],
  ])('rejects %s', (body, message) => {
    expect(() => parse(body)).toThrow(refused(message));
  });

  it('rejects parameters in the query', () => {
    const message = 'Parameters must be in the body, not in the query.';
    expect(() => parse('', FORM, 'client_id=a')).toThrow(refused(message));
  });

  it('rejects a body of no media type, and of another', () => {
    const request = { query: '', headers: {}, body: '' };
    const message = `Content-Type must be ${FORM}.`;
    expect(() => parseForm(request, parameters)).toThrow(refused(message));
    expect(() => parse('', 'application/json')).toThrow(refused(message));
  });

  it('ignores unknown parameters if it is told to, also repeated ones', () => {
    const body = 'scope=x&a=1&a=2&client_secret=s&%24=y';
    const request = {
      query: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    };
    const form = parseForm(request, { scope: 'once' }, { ignoresUnknown: true });
    expect(form).toEqual({ scope: ['x'] });
    expect(() =>
      parseForm(
        { ...request, body: `${body}&scope=y` },
        { scope: 'once' },
        { ignoresUnknown: true },
      ),
    ).toThrow(expect.objectContaining({ message: 'scope must not be repeated.' }));
  });

  it('reads up to 8 KiB, counted in bytes', () => {
    const headers = { 'content-type': 'application/json' };
    const check = (body: string) => checkBody({ headers, body }, 'application/json');
    expect(() => check('x'.repeat(FORM_LIMIT))).not.toThrow();
    const message = 'The body must be at most 8192 bytes.';
    expect(() => check('x'.repeat(FORM_LIMIT + 1))).toThrow(refused(message));
    expect(() => check('ö'.repeat(FORM_LIMIT / 2 + 1))).toThrow(refused(message));
  });
});

describe('the error of a malformed request', () => {
  it('states the error in a sentence', () => {
    expect(malformed('scope must not be empty')).toEqual(refused('scope must not be empty.'));
  });
});
