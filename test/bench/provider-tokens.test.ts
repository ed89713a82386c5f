import { describe, expect, it } from '@jest/globals';
import { benchProviderTokens } from '../../bench/provider-tokens.ts';

describe('the benchmark of the provider', () => {
  it('meets the figures of the requirements for acquisition and validation, with one request for 100 callers', async () => {
    expect(await benchProviderTokens(true)).toBe(true);
  }, 60_000);
});
