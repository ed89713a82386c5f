import { describe, expect, it } from '@jest/globals';
import { errorTable, isErrorCode } from '../../../lib/errors/error-table.ts';

describe('error table', () => {
  it('has a text and an advice for every code', () => {
    for (const row of Object.values(errorTable)) {
      expect(row.text).toMatch(/^[A-Z].*\.$/);
      expect(row.advice).toMatch(/\.$/);
    }
    expect([isErrorCode('policy_denied'), isErrorCode('toString')]).toEqual([true, false]);
  });
});
