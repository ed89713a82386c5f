import { describe, expect, it } from '@jest/globals';
import { UNKNOWN } from '../../../provider/framework/values/value.ts';
import { customRoleSchema } from '../../../provider/hiiretail/custom-role-schema.ts';

const many = (count: number, idOf: (at: number) => unknown) =>
  Array.from({ length: count }, (_, at) => ({ id: idOf(at), attributes: null }));
const errorIn = (permissions: readonly unknown[]) =>
  customRoleSchema.attributes.permissions.rule?.(permissions as never);

describe('the permissions of a custom role', () => {
  it('are at most 100, and 500 with those of pos.', () => {
    const others = many(100, (at) => `iam.x.a${at}`);
    const pos = (count: number) => many(count, (at) => `pos.x.a${at}`);
    expect(errorIn([...others, ...pos(400)])).toBeUndefined();
    expect(errorIn(many(101, (at) => `iam.x.a${at}`))).toMatch(/at most 100/);
    expect(errorIn([...others, ...pos(401)])).toMatch(/at most 500/);
  });

  it('are not counted while their ids are unknown: they may be of pos., or the same', () => {
    expect(errorIn(many(101, () => UNKNOWN))).toBeUndefined();
    expect(errorIn(Array(501).fill(UNKNOWN))).toBeUndefined();
    const known = many(101, (at) => `iam.x.a${at}`);
    expect(errorIn([...known, ...many(5, () => UNKNOWN)])).toMatch(/at most 100/);
  });
});
