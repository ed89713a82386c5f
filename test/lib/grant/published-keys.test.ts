import { describe, expect, it } from '@jest/globals';
import { keysFor, readKeySet } from '../../../lib/grant/published-keys.ts';

const rsa = { kty: 'RSA', n: 'AA', e: 'AQAB' };
const p256 = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' };
const okp = { kty: 'OKP', crv: 'Ed25519', x: 'AA' };

describe('a key set', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['an object without keys', {}],
    ['keys that are no list', { keys: {} }],
  ])('is not %s', (_what, json) => {
    expect(readKeySet(json)).toBeUndefined();
  });

  it('passes over what cannot verify a signature', () => {
    const keys = [
      ...[
        null,
        'a',
        [],
        { kty: 'oct', k: 'AA' },
        { kty: 'AKP' },
        { ...rsa, n: 5 },
        { kty: 'RSA' },
        { kty: 'constructor' },
      ],
      ...[
        { ...rsa, use: 'enc' },
        { ...rsa, key_ops: ['encrypt'] },
      ],
      { ...rsa, d: 'AA', kid: 1, use: null, key_ops: ['verify'], x5c: [] },
    ];
    expect(readKeySet({ keys })).toEqual([{ kid: '1', alg: undefined, jwk: rsa }]);
  });
});

describe('the keys of a token', () => {
  const keys = readKeySet({
    keys: [
      { ...rsa, kid: 'a' },
      { ...rsa, kid: 'b', alg: 'PS256' },
      rsa,
      { ...p256, kid: 'a' },
      { ...okp, alg: 'EdDSA' },
    ],
  }) as NonNullable<ReturnType<typeof readKeySet>>;
  const indexes = (alg: string, kid?: string) =>
    keysFor({ alg, kid }, keys).map((key) => keys.indexOf(key));

  it.each<[string, string | undefined, number[]]>([
    ['RS256', 'a', [0]],
    ['RS256', undefined, [0, 2]],
    ['PS256', undefined, [0, 1, 2]],
    ['RS256', 'unknown', [2]],
    ['ES256', 'a', [3]],
    ['ES384', 'a', []],
    ['Ed25519', undefined, [4]],
    ['EdDSA', 'x', [4]],
    ['HS256', undefined, []],
  ])('signed by %s with kid %s are %j', (alg, kid, expected) => {
    expect(indexes(alg, kid)).toEqual(expected);
  });

  it('are at most 200, of a set of any length', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ ...rsa, kid: `${n}` }));
    const set = readKeySet({ keys: many }) ?? [];
    expect(keysFor({ alg: 'RS256' }, set)).toHaveLength(200);
    expect(keysFor({ alg: 'RS256', kid: '299' }, set)).toHaveLength(1);
  });
});
