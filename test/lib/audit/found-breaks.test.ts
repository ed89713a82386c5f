import { describe, expect, it } from '@jest/globals';
import { FoundBreaks } from '../../../lib/audit/found-breaks.ts';

const breakAt = (key: string) => ({ kind: 'unreadable', chain: key, key, message: 'no' }) as const;

describe('the breaks of a log', () => {
  it('lists the first thousand, and counts the others', () => {
    const breaks = new FoundBreaks();
    for (let number = 0; number < 1_003; number += 1) breaks.add(breakAt(String(number)));
    expect(breaks.listed.map(({ key }) => key)).toEqual(
      Array.from({ length: 1_000 }, (_, n) => String(n)),
    );
    expect(breaks.unlisted).toBe(3);
  });

  it('has copies that grow alone', () => {
    const breaks = new FoundBreaks();
    breaks.add(breakAt('a'));
    const copy = breaks.copy();
    copy.add(breakAt('b'));
    expect([breaks.listed.length, copy.listed.length]).toEqual([1, 2]);
  });
});
