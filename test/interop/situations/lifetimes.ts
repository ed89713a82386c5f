import { setTimeout as delay } from 'node:timers/promises';
import { Credential } from '../credential.ts';
import { outcomeOf, type Situation } from '../situation.ts';

const isOffered = ({ lifetimes }: { lifetimes: boolean }) => lifetimes;

/** Lifetimes of tokens. */
export const lifetimes: readonly Situation[] = [
  ...[10, 60, 300].map(
    (lifetimeSeconds): Situation => ({
      name: `a lifetime of ${lifetimeSeconds} s`,
      isOffered,
      expected: `vended, lives for at most ${lifetimeSeconds} s`,
      run: async (world) => {
        const credential = await Credential.add(world, { lifetimeSeconds });
        const { expires_in } = await credential.vend({ minTtl: 0 });
        const isWithin = expires_in > 0 && expires_in <= lifetimeSeconds;
        return `vended, lives for ${isWithin ? `at most ${lifetimeSeconds}` : expires_in} s`;
      },
    }),
  ),
  {
    name: 'a lifetime of 10 s, for a caller that names no min_ttl',
    isOffered,
    expected: 'vended',
    run: async (world) => {
      const credential = await Credential.add(world, { lifetimeSeconds: 10 });
      return await outcomeOf(() => credential.vend());
    },
  },
  {
    name: 'a min_ttl above the lifetime',
    isOffered,
    expected: 'min_ttl_unsatisfiable',
    run: async (world) => {
      const credential = await Credential.add(world, { lifetimeSeconds: 60 });
      return await outcomeOf(() => credential.vend({ minTtl: 120 }));
    },
  },
  {
    name: 'a lifetime that is over',
    isOffered,
    expected: 'a new token is vended',
    run: async (world) => {
      const credential = await Credential.add(world, { lifetimeSeconds: 5 });
      const first = await credential.vend({ minTtl: 0 });
      // `expires_at` is rounded down to a second.
      while (Date.now() < (first.expires_at + 1) * 1_000) await delay(100);
      const second = await credential.vend({ minTtl: 0 });
      return `${second.mint_id === first.mint_id ? 'the same' : 'a new'} token is vended`;
    },
  },
];
