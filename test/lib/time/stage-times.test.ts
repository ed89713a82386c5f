import { describe, expect, it } from '@jest/globals';
import { StageTimes } from '../../../lib/time/stage-times.ts';

describe('times of the stages of a request', () => {
  it('add up for a stage, also if it fails, and include the total', async () => {
    let now = 0;
    const times = new StageTimes(() => now);
    const work = (milliseconds: number) => () => {
      now += milliseconds;
    };
    await times.time('policy', work(1.25));
    await times.time('audit', work(10));
    await times.time('audit', work(5));
    const failing = () => {
      now += 2;
      throw new Error('down');
    };
    await expect(times.time('token', failing)).rejects.toThrow('down');
    now += 1;
    expect(times.toJSON()).toEqual({ policy: 1.3, audit: 15, token: 2, total: 19.3 });
    expect(times.toServerTiming()).toBe(
      'policy;dur=1.3, audit;dur=15.0, token;dur=2.0, total;dur=19.3',
    );
  });
});
