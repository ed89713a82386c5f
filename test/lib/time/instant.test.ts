import { describe, expect, it } from '@jest/globals';
import { findInstant, formatInstant } from '../../../lib/time/instant.ts';

describe('point in time', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31 12:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00.5+01:00', Date.UTC(2026, 0, 31, 11, 0, 0, 500)],
    ['2026-01-31T12:00:00-0130', Date.UTC(2026, 0, 31, 13, 30)],
    ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
    ['9999-12-31T23:59:59.999Z', Date.UTC(10_000, 0) - 1],
  ])('%s is read', (text, time) => {
    expect(findInstant(text)).toBe(time);
  });

  it.each([
    'noon',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+23',
    '2026-01-31T12:00:00+99:00',
    '2026-01-31T25:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2027-02-29T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00+01:00',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '+012026-01-31T12:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-01-31T12:00:00Z\n',
  ])('%j is none', (text) => {
    expect(findInstant(text)).toBeUndefined();
  });
});

describe('a point in time as text', () => {
  it('has whole seconds, and is read as the same time', () => {
    const text = formatInstant(Date.UTC(2026, 0, 31, 12, 0, 7, 400));
    expect(text).toBe('2026-01-31T12:00:07Z');
    expect(findInstant(text)).toBe(Date.UTC(2026, 0, 31, 12, 0, 7));
  });
});
