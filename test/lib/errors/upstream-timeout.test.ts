import { describe, expect, it } from '@jest/globals';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';

describe('the error of an upstream that takes too long', () => {
  it('is retryable, and a new one each time', () => {
    expect(upstreamTimeout()).toMatchObject({ code: 'upstream_timeout', retryable: true });
    expect(upstreamTimeout()).not.toBe(upstreamTimeout());
  });
});
