import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/adapters/system-clock.ts';

describe("the system clock's identifiers", () => {
  const before = Date.now();
  // More than a pool of random bytes has, and than a millisecond takes.
  const uuids = Array.from({ length: 5_000 }, () => systemClock.uuid());

  it('are UUIDv7 (RFC 9562) of the time they were made at', () => {
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt((uuids[0] as string).replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('are never the same twice, and sort in the order they were made', () => {
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(uuids.toSorted()).toEqual(uuids);
  });

  it('do not share their random tail', () => {
    expect(new Set(uuids.map((uuid) => uuid.slice(-10))).size).toBe(uuids.length);
  });
});
