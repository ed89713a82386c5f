import { describe, expect, it } from '@jest/globals';
import { RESPONSE_LIMIT } from '../../../lib/http/size-limits.ts';
import { FunctionError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { Dynamic } from '../../../provider/framework/values/value.ts';
import { decodeJwtFunction } from '../../../provider/tokenvending/decode-jwt-function.ts';
import { parseCredentialFunction } from '../../../provider/tokenvending/parse-credential-function.ts';

const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
const decode = (token: string) => decodeJwtFunction.call([token], []);

describe('decode_jwt', () => {
  it('returns header and claims with their types', () => {
    const token = `${part({ alg: 'ES256' })}.${part({ aud: ['a', 'b'], exp: 1, sub: null, on: true, nested: { x: 0.1 } })}.c2ln`;
    const { header, claims } = decode(token) as { header: Dynamic; claims: Dynamic };
    expect(header).toEqual(
      new Dynamic({ kind: 'object', attributes: { alg: { kind: 'string' } } }, { alg: 'ES256' }),
    );
    expect(claims.type).toEqual({
      kind: 'object',
      attributes: {
        aud: { kind: 'tuple', elements: [{ kind: 'string' }, { kind: 'string' }] },
        exp: { kind: 'number' },
        sub: { kind: 'dynamic' },
        on: { kind: 'bool' },
        nested: { kind: 'object', attributes: { x: { kind: 'number' } } },
      },
    });
    expect(claims.value).toMatchObject({ aud: ['a', 'b'], exp: 1, sub: null, on: true });
  });

  it('reads any token that the endpoint can return', () => {
    const roles = Array.from({ length: 20_000 }, (_, index) => `role-${index}`);
    const token = `${part({ alg: 'ES256' })}.${part({ roles })}.c2ln`;
    expect(token.length).toBeGreaterThan(RESPONSE_LIMIT);
    expect((decode(token) as { claims: Dynamic }).claims.value).toEqual({ roles });
  });

  it.each([
    ['', 'an opaque text'],
    ['a.b', 'two parts'],
    ['a.b.c.d', 'four parts'],
    [`${part(1)}.${part({})}.s`, 'a header that is no object'],
    [`${part({})}.bm90IGpzb24.s`, 'claims that are not JSON'],
  ])('refuses %p: %s, without repeating it', (token) => {
    expect(() => decode(token)).toThrow(
      new FunctionError(
        'token is not a JWT: it needs three parts of base64url, and the first two must be JSON objects',
        0,
      ),
    );
  });
});

describe('parse_credential', () => {
  it('parses a name, or states the format of names', () => {
    expect(parseCredentialFunction.call(['checkout/orders-api'], [])).toEqual({
      team: 'checkout',
      name: 'orders-api',
    });
    expect(() => parseCredentialFunction.call(['Orders'], [])).toThrow(
      /^credential must be team\/name/,
    );
  });
});
