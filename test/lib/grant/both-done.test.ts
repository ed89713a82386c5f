import { describe, expect, it } from '@jest/globals';
import { bothDone } from '../../../lib/grant/both-done.ts';

describe('an announcement, and work beside it', () => {
  it('end with the result of the work, once both are done', async () => {
    let isAnnounced = false;
    const announced = Promise.resolve().then(() => {
      isAnnounced = true;
    });
    expect(await bothDone(announced, 5)).toBe(5);
    expect(isAnnounced).toBe(true);
  });

  it('end with the error of the announcement, else with that of the work', async () => {
    const [first, second] = [new Error('announcement'), new Error('work')];
    await expect(bothDone(Promise.reject(first), Promise.reject(second))).rejects.toBe(first);
    await expect(bothDone(undefined, Promise.reject(second))).rejects.toBe(second);
  });
});
