import { describe, expect, it } from '@jest/globals';
import { fuzzPolicy } from '../support/policy-fuzz.ts';

describe('policy, on random sets of policies and random requests', () => {
  it('decides as a fresh engine does about what was finally granted', async () => {
    const { differences, vended, denied } = await fuzzPolicy(1, (sets) => sets < 100);
    expect(differences).toEqual([]);
    expect(vended).toBeGreaterThan(100);
    expect(denied).toBeGreaterThan(100);
  });
});
