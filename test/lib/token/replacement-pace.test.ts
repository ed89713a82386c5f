import { describe, expect, it } from '@jest/globals';
import { ReplacementPace } from '../../../lib/token/replacement-pace.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const ok = async () => 'minted';

describe('the pace of mints that replace rejected tokens', () => {
  it('is one for each credential in 10 s, and states when the next may run', async () => {
    const clock = new FakeClock();
    const pace = new ReplacementPace(clock);
    expect(await pace.replace('a/b', ok)).toBe('minted');
    clock.skip(3_500);
    await expect(pace.replace('a/b', ok)).rejects.toMatchObject({
      code: 'budget_exhausted',
      retryable: true,
      retryAfter: 7,
      message: expect.stringContaining('the next one in 7 s'),
    });
    expect(await pace.replace('a/c', ok)).toBe('minted');
    clock.skip(6_500);
    expect(await pace.replace('a/b', ok)).toBe('minted');
  });

  it('does not count a mint that fails', async () => {
    const pace = new ReplacementPace(new FakeClock());
    await expect(pace.replace('a/b', () => Promise.reject(new Error('down')))).rejects.toThrow();
    expect(await pace.replace('a/b', ok)).toBe('minted');
  });
});
