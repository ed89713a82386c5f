import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mergePatchOf } from '../../../cli/credentials/merge-patch.ts';
import { patchDocument } from '../../../lib/registry/document-change.ts';

describe('a merge patch', () => {
  it.each([
    ['nothing', { a: 1, b: [1] }, { a: 1, b: [1] }, {}],
    ['a new and another value', { a: 1 }, { a: 2, b: 3 }, { a: 2, b: 3 }],
    ['a removed member', { a: 1, b: 2 }, { a: 1 }, { b: null }],
    ['a list as a whole', { a: [1, 2] }, { a: [1] }, { a: [1] }],
    ['a member of a member', { a: { b: 1, c: 2 } }, { a: { b: 1 } }, { a: { c: null } }],
    ['an object in place of a text', { a: 'x' }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['null for a member that is not shown', {}, { a: null }, { a: null }],
    ['a member with the name of an inherited one', {}, { toString: 1 }, { toString: 1 }],
  ])('names %s', (_what, before, after, patch) => {
    expect(mergePatchOf(before, after)).toEqual(patch);
  });

  it('makes the second document of the first', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()));
    const document = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.oneof(value, fc.dictionary(fc.constantFrom('e', 'f'), value)),
    );
    fc.assert(
      fc.property(document, document, (before, after) => {
        expect(patchDocument(before, mergePatchOf(before, after))).toEqual(after);
      }),
    );
  });
});
