import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from '../../../lib/audit/canonical-json.ts';

// As members of records are named: nothing that JavaScript takes for an index.
const name = fc.oneof(
  fc.constantFrom('a', 'b', 'aa', 'é', 'ﬀ', '😀'),
  fc.stringMatching(/^[a-z_]\w{0,8}$/),
);
const text = fc.string({ unit: 'binary' });
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 6 }),
  ),
}));

describe('canonical JSON', () => {
  it('is what the library of RFC 8785 makes of the same object', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 8 }), (object) => {
        expect(canonicalJson(object)).toBe(canonicalize(object));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same for the same members in any order', () => {
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 8 }), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      }),
    );
  });

  it('leaves out what is undefined, in or out of order, and changes nothing that it is given', () => {
    const given = { b: 1, a: undefined, c: [{ z: 1, y: undefined, x: [] }] };
    expect(canonicalJson(given)).toBe('{"b":1,"c":[{"x":[],"z":1}]}');
    expect(Object.keys(given)).toEqual(['b', 'a', 'c']);
    expect(Object.keys(given.c[0] as object)).toEqual(['z', 'y', 'x']);
  });
});
