import { describe, expect, it } from '@jest/globals';
import { auditBreakKinds } from '../../../lib/audit/break.ts';

describe('the kinds of breaks', () => {
  it('are distinct names that a script can compare', () => {
    expect(new Set(auditBreakKinds).size).toBe(auditBreakKinds.length);
    for (const kind of auditBreakKinds) expect(kind).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});
