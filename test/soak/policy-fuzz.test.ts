import { describe, expect, it } from '@jest/globals';
import { fuzzPolicy } from '../support/policy-fuzz.ts';

const MINUTE = 60_000;

describe('policy, on random sets of policies and random requests for a minute', () => {
  it(
    'decides as a fresh engine does about what was finally granted',
    async () => {
      const end = Date.now() + MINUTE;
      const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
      const { differences, sets } = await fuzzPolicy(seed, () => Date.now() < end);
      expect(differences).toEqual([]);
      expect(sets).toBeGreaterThan(0);
    },
    3 * MINUTE,
  );
});
