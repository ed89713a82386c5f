import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isIntact, readOldId } from '../../../provider/hiiretail/old-binding-id.ts';
import { createdByOld, refreshedByOld } from '../../support/hiiretail-old-state.ts';

// Dashes, more frequent than by chance, and letters of several bytes.
const part = fc
  .array(fc.constantFrom('a', 'B7', '-', '.', 'ö', '000001dc'), { minLength: 1 })
  .map((texts) => texts.join(''));
const binding = fc.record({
  tenant: part,
  group: part,
  role: part,
  isCustom: fc.boolean(),
});

describe('the id of a binding of extenda/hiiretail', () => {
  it('can be read as the binding that it was made for, whatever its parts are', () => {
    fc.assert(
      fc.property(binding, (one) => {
        const readings = readOldId(createdByOld(one).id, one.tenant);
        expect(readings).toContainEqual({ group_id: one.group, role_id: one.role });
      }),
    );
  });

  it('can be read in as many ways as group and role have dashes, and one more', () => {
    fc.assert(
      fc.property(binding, (one) => {
        const ways = `${one.group}-${one.role}`;
        const inner = [...ways.matchAll(/(?<=.)-(?=.)/gs)].length;
        expect(readOldId(createdByOld(one).id, one.tenant)).toHaveLength(inner);
      }),
    );
  });

  it('may end in a part of the role if its end is no check, as of an import', () => {
    expect(readOldId('T-g-iam.a-b', 'T')).toEqual([
      { group_id: 'g', role_id: 'iam.a' },
      { group_id: 'g', role_id: 'iam.a-b' },
      { group_id: 'g-iam.a', role_id: 'b' },
    ]);
  });

  it.each(['', 'T', 'T-', 'T-g', 'T--', 'U-g-r-00000033', 'TT-g-r-00000044'])(
    'cannot be read for tenant T if it is %j',
    (id) => {
      expect(readOldId(id, 'T')).toEqual([]);
    },
  );
});

describe('a state of extenda/hiiretail', () => {
  it('is intact as it was created', () => {
    fc.assert(fc.property(binding, (one) => expect(isIntact(createdByOld(one))).toBe(true)));
  });

  it('is intact after a refresh if nothing has a dash, and never else', () => {
    fc.assert(
      fc.property(binding, (one) => {
        const dashes = /-/.test(one.tenant + one.group + one.role);
        expect(isIntact(refreshedByOld(createdByOld(one)))).toBe(!dashes);
      }),
    );
  });

  it('is not intact without an id, or with one that was imported', () => {
    const created = createdByOld({ tenant: 'T', group: 'g', role: 'r', isCustom: true });
    expect(isIntact({ ...created, id: null })).toBe(false);
    expect(isIntact({ ...created, id: 'T-g-r-imported' })).toBe(false);
  });
});
