import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BindingKey,
  bindingIdOf,
  parseBindingId,
} from '../../../provider/hiiretail/binding-id.ts';

// Texts with a special meaning in ids, more frequent than by chance.
const id = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc
    .array(fc.constantFrom('custom', '/', '%', '25', '2F', '2f', 'a', '-', '\n'), { minLength: 1 })
    .map((parts) => parts.join('')),
);
const key: fc.Arbitrary<BindingKey> = fc.record({
  group_id: id,
  role_id: id,
  is_custom: fc.boolean(),
});

describe('the id of a role binding', () => {
  it('is parsed as the same binding, whatever its parts are', () => {
    fc.assert(
      fc.property(key, (binding) => {
        expect(parseBindingId(bindingIdOf(binding))).toEqual(binding);
      }),
    );
  });

  it('is unique: two bindings that differ have two ids', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(bindingIdOf(one) === bindingIdOf(other)).toBe(same);
      }),
    );
    // Ids of the incumbent distinguished such bindings only by the lengths of their parts.
    const near = [
      { group_id: 'g', role_id: 'custom/x', is_custom: false },
      { group_id: 'g', role_id: 'x', is_custom: true },
      { group_id: 'g/custom', role_id: 'x', is_custom: false },
      { group_id: 'g%2Fcustom', role_id: 'x', is_custom: false },
      { group_id: 'a-b', role_id: 'c', is_custom: false },
      { group_id: 'a', role_id: 'b-c', is_custom: false },
    ];
    expect(new Set(near.map(bindingIdOf)).size).toBe(near.length);
  });

  it('is the same as in earlier states and imports if no slash is escaped', () => {
    const ids = [
      'cashiers/iam.viewer',
      'cashiers/custom',
      'g/custom/custom.a/b',
      '100%/iam.viewer',
    ];
    for (const text of ids) {
      const parsed = parseBindingId(text);
      expect(parsed && bindingIdOf(parsed)).toBe(text);
    }
    expect(ids.map((text) => parseBindingId(text)?.is_custom)).toEqual([false, false, true, false]);
  });

  it.each([
    '',
    'cashiers',
    '/iam.viewer',
    'cashiers/',
    'cashiers/iam/viewer',
    'cashiers/x/custom/y',
  ])('is not %j', (text) => {
    expect(parseBindingId(text)).toBeUndefined();
  });
});
