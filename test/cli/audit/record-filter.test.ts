import { describe, expect, it } from '@jest/globals';
import { summarize } from '../../../cli/audit/record-filter.ts';
import { auditKinds } from '../../../lib/audit/record-schema.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

describe('the line of a record', () => {
  it('has the same columns for every kind', async () => {
    const records = await recordsOfEveryKind();
    expect(new Set(records.map(({ metadata }) => metadata.event_code))).toEqual(
      new Set(auditKinds),
    );
    const columns = records.map((record) => /^\S+ {2}\S+ +/.exec(summarize(record))?.[0].length);
    expect(new Set(columns).size).toBe(1);
  });
});
