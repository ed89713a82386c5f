import { setTimeout as delay } from 'node:timers/promises';
import { Credential } from '../credential.ts';
import { outcomeOf, type Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

/** The longest rest of a circuit, and some time for the probe: milliseconds. */
const RECOVERED_WITHIN = 40_000;

async function vendLate(world: InteropWorld, lateBy: number): Promise<string> {
  const credential = await Credential.add(world);
  world.front.lateBy = lateBy;
  try {
    return await outcomeOf(() => credential.vend());
  } finally {
    world.front.lateBy = 0;
  }
}

/** Slow, paused and stopped, in this order: nothing works after the last. */
export const outages: readonly Situation[] = [
  {
    name: 'slow: 2 s for each response, in a new process',
    expected: 'vended',
    run: async (world) => {
      await world.system.function.restart();
      return await vendLate(world, 2_000);
    },
  },
  {
    name: 'slow: 6 s for the token, metadata and keys are known',
    expected: 'vended',
    run: async (world) => {
      const known = await Credential.add(world);
      await known.vend();
      return await vendLate(world, 6_000);
    },
  },
  {
    name: 'paused: a cached token, a new token, a new token afterwards',
    expected: 'vended, upstream_timeout, vended',
    run: async (world) => {
      const holder = await Credential.add(world);
      const other = await Credential.add(world);
      await holder.vend();
      world.server.pause();
      const outcomes: string[] = [];
      try {
        outcomes.push(await outcomeOf(() => holder.vend()));
        outcomes.push(await outcomeOf(() => other.vend()));
      } finally {
        world.server.resume();
      }
      const until = Date.now() + RECOVERED_WITHIN;
      let last = await outcomeOf(() => other.vend());
      while (last !== 'vended' && Date.now() < until) {
        await delay(500);
        last = await outcomeOf(() => other.vend());
      }
      return [...outcomes, last].join(', ');
    },
  },
  {
    name: 'stopped: a cached token, a new token',
    expected: 'vended, upstream_unavailable',
    run: async (world) => {
      const holder = await Credential.add(world);
      const other = await Credential.add(world);
      await holder.vend();
      await world.server.stop();
      await world.front.close();
      const cached = await outcomeOf(() => holder.vend());
      return `${cached}, ${await outcomeOf(() => other.vend())}`;
    },
  },
];
