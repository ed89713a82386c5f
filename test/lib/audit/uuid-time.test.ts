import { describe, expect, it } from '@jest/globals';
import { timeOfUuid } from '../../../lib/audit/uuid-time.ts';
import { systemClock } from '../../../lib/time/system-clock.ts';

describe('the time of an identifier', () => {
  it('is when it was made', () => {
    const before = Date.now();
    const time = timeOfUuid(systemClock.uuid());
    expect([time >= before, time <= Date.now()]).toEqual([true, true]);
    expect(timeOfUuid('01900000-0000-7000-8000-000000000000')).toBe(0x019000000000);
  });

  it('is never before anything if the identifier is none of this system', () => {
    for (const other of ['', 'a-chain', '01900000-0000-4000-8000-000000000000'])
      expect(timeOfUuid(other)).toBe(Number.POSITIVE_INFINITY);
  });
});
