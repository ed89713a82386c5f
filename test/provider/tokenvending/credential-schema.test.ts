import { describe, expect, it } from '@jest/globals';
import { credentialSchema } from '../../../provider/tokenvending/credential-schema.ts';

const { recovery_window_in_days: days } = credentialSchema.attributes;

describe('the recovery window of a credential', () => {
  it.each([7, 30])('may be %d days', (value) => {
    expect(days.rule?.(value)).toBeUndefined();
  });

  it.each([0, 6, 31, 7.5])('may not be %d days', (value) => {
    expect(days.rule?.(value)).toBe('must be a whole number from 7 to 30');
  });
});
