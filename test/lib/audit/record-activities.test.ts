import { describe, expect, it } from '@jest/globals';
import { ACTIVITIES, OPERATIONS } from '../../../lib/audit/record-activities.ts';
import { auditKinds } from '../../../lib/audit/record-schema.ts';

describe('the activity of a record', () => {
  it.each(auditKinds)('has a type that says the same: %s', (kind) => {
    const { activity_id, type_uid } = ACTIVITIES[kind];
    expect(type_uid).toBe(600_300 + activity_id);
  });

  it('has an operation that is not that of another kind', () => {
    const operations = Object.values(OPERATIONS);
    expect(new Set(operations).size).toBe(operations.length);
  });
});
