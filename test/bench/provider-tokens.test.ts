import { describe, expect, it } from '@jest/globals';
import { benchProviderTokens } from '../../bench/provider-tokens.ts';

describe('the benchmark of the provider', () => {
  it('meets the figures of the requirements for acquisition and validation, with one request for 100 callers', async () => {
    const { figures } = await benchProviderTokens({ quick: true });
    const withGoals = figures.filter(({ goal }) => goal !== undefined);
    expect(withGoals.map(({ name }) => name)).toEqual(['acquire', 'held']);
    // The requirements' own figures, several times what it takes on a busy machine.
    for (const { median, goal = 0 } of withGoals) expect(median).toBeLessThan(goal);
    expect(figures.find(({ name }) => name === 'requests')?.median).toBe(1);
  });
});
