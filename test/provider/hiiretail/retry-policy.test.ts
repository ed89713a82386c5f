import { describe, expect, it } from '@jest/globals';
import { retryPolicy } from '../../../provider/hiiretail/retry-policy.ts';

describe('retries of the provider', () => {
  it("have the numbers of the provider's pages", () => {
    expect(retryPolicy(3)).toEqual({
      attempts: 4,
      firstBackoff: 1_000,
      longestBackoff: 30_000,
      jitter: 0.25,
      longestRetryAfter: 60_000,
    });
    expect(retryPolicy(0).attempts).toBe(1);
  });
});
