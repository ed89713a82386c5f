import { describe, expect, it } from '@jest/globals';
import { versionErrors } from '../../../lib/errors/version-errors.ts';

describe('errors of versions', () => {
  it('have the status of RFC 9110 section 15.5.13 and of RFC 6585 section 3', () => {
    expect(versionErrors.version_conflict.status).toBe(412);
    expect(versionErrors.version_required.status).toBe(428);
  });
});
