import { describe, expect, it } from '@jest/globals';
import { isDisguisedJwt } from '../../../lib/grant/disguised-jwt.ts';

const encode = (text: string) => Buffer.from(text).toString('base64url');
const utf16 = (text: string) => Buffer.from(text, 'utf16le').toString('base64url');
const header = encode('{"alg":"RS256","typ":"JWT"}');
const payload = encode('{"sub":"admin"}');

describe('a JWT in disguise', () => {
  it.each([
    ['an encrypted one (JWE)', `${encode('{"alg":"dir","enc":"A256GCM"}')}..iv.text.tag`],
    ['one whose header has enc only', `${encode('{"enc":"A256GCM"}')}.key.iv.text.tag`],
    ['one after a prefix', `Bearer:${header}.${payload}.sig`],
    ['one right after a prefix', `Bearer${header}.${payload}.sig`],
    ['one after other parts', `v1.public.${header}.${payload}.sig`],
    [
      'one with a byte order mark in its header',
      `${encode('\ufeff{"alg":"RS256"}')}.${payload}.sig`,
    ],
    ['one with white space in its header', `${encode('\n { "alg" : "RS256" }\n')}.${payload}.sig`],
    ['one whose header is UTF-16', `${utf16('{"alg":"none"}')}.${payload}.sig`],
    ['one whose header is UTF-16 with a mark', `${utf16('\ufeff{"alg":"none"}')}.${payload}.sig`],
    [
      'one whose header is UTF-16 of the other order',
      `${Buffer.from('\ufeff{"alg":"none"}', 'utf16le').swap16().toString('base64url')}.${payload}.sig`,
    ],
    [
      'the flattened JSON serialization',
      `{"payload":"${payload}","protected":"${header}","signature":"sig"}`,
    ],
    ['the JSON serialization', `{"signatures":[{"protected":"${header}"}],"payload":"${payload}"}`],
    ['one whose dots are encoded', `${header}%2E${payload}%2Esig`],
    ['one with padding', `${header}==.${payload}.sig`],
    ['one in quotes', `"${header}.${payload}.sig"`],
    ['one with a part too many', `${header}.${payload}.sig.`],
    ['one without payload', `${header}..sig`],
    ['one without signature', `${header}.${payload}`],
  ])('is %s', (_what, token) => {
    expect(isDisguisedJwt(token)).toBe(true);
  });

  it.each([
    ['a random text', 'canary-access-token-51bd'],
    ['a text with dots', 'ya29.canary.canary-access-token'],
    ['an encoded object that is no header', `${encode('{"user":1}')}.time.signature`],
    ['an encoded list', `${encode('["alg"]')}.b.c`],
    ['an encoded null', `${encode('null')}.b.c`],
    ['base64 with characters of both alphabets', 'q+/x_-9=.a+b/c=~d'],
    ['a header without anything after it', header],
    ['a long text of beginnings', `${'eyJ'.repeat(80_000)}.b.c`],
  ])('is not %s', (_what, token) => {
    expect(isDisguisedJwt(token)).toBe(false);
  });
});
