import { describe, expect, it } from '@jest/globals';
import {
  findProgress,
  formatProgress,
  ROTATION_STEPS,
} from '../../../lib/credential/rotation-progress.ts';
import { errorTable } from '../../../lib/errors/error-table.ts';

const versionId = '00000002-0000-4000-8000-000000000000';
const at = Date.UTC(2026, 10, 28, 7, 3, 22, 5);

describe('the progress of a rotation as the value of a tag', () => {
  it('has outcome, step, code, version and time', () => {
    expect(formatProgress({ step: 'test', code: undefined, versionId, at })).toBe(
      `done/test/-/${versionId}/2026-11-28T07:03:22.005Z`,
    );
    expect(formatProgress({ step: 'set', code: 'upstream_invalid', versionId, at })).toBe(
      `failed/set/upstream_invalid/${versionId}/2026-11-28T07:03:22.005Z`,
    );
  });

  it('is read as it was written, and is a tag that AWS permits', () => {
    for (const step of ROTATION_STEPS)
      for (const code of [undefined, ...Object.keys(errorTable)]) {
        const progress = { step, code, versionId, at };
        const value = formatProgress(progress);
        expect(value).toMatch(/^[\w .:/=+@-]{1,256}$/);
        expect(findProgress(value)).toEqual(progress);
      }
  });

  it.each([
    undefined,
    '',
    'done',
    `done/other/-/${versionId}/2026-11-28T07:03:22.005Z`,
    `done/set/internal/${versionId}/2026-11-28T07:03:22.005Z`,
    `failed/set/-/${versionId}/2026-11-28T07:03:22.005Z`,
    `done/set/-/v2/2026-11-28T07:03:22.005Z`,
    `done/set/-/${versionId}/2026-13-28T07:03:22.005Z`,
    `done/set/-/${versionId}/2026-11-28T07:03:22.005Z/more`,
  ])('is not read from %s', (value) => {
    expect(findProgress(value)).toBeUndefined();
  });
});
