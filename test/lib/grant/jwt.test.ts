import { describe, expect, it } from '@jest/globals';
import { listOf, looksLikeJwt, unverifiedClaims } from '../../../lib/grant/jwt.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = `${part({ alg: 'RS256' })}.${part({ exp: 1_800_000_000 })}.signature`;

describe('an access token', () => {
  it('counts as a JWT only with three parts and a header with alg', () => {
    expect(looksLikeJwt(jwt)).toBe(true);
    expect(looksLikeJwt(`${part({ alg: 'none' })}.${part({})}.`)).toBe(true);
    for (const token of [
      'a',
      'a.b',
      'a.b.c.d',
      'a.b.c',
      `${part({})}.b.c`,
      `${part([])}.b.c`,
      'bnVsbA.b.c',
      '.b.c',
      'a..c',
      `"${jwt}"`,
      `${jwt}\n`,
    ]) {
      expect(looksLikeJwt(token)).toBe(false);
    }
  });

  it('reads a list, a single value or none', () => {
    expect([listOf(undefined), listOf('a'), listOf(['a', 'b'])]).toEqual([[], ['a'], ['a', 'b']]);
  });

  it('states its exp, if it is a JWT with one', () => {
    expect(unverifiedClaims(jwt).exp).toBe(1_800_000_000);
    for (const token of ['opaque', 'a.b.c', `a.${part({ exp: 'soon' })}.c`, `a.${part(null)}.c`])
      expect(unverifiedClaims(token).exp).toBeUndefined();
  });
});
