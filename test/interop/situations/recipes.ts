import { describeRotations, rotateAtServer } from '../rotations/rotate-at-server.ts';
import type { Situation } from '../situation.ts';

/** A sample of what `npm run soak` does with 100 rotations. */
const [ROTATIONS, KILLS] = [10, 3];

const row = (kind: 'secret' | 'key'): Situation => ({
  name: `ten callers: ${ROTATIONS} rotations of a ${kind} by the recipe, ${KILLS} of them killed`,
  isOffered: ({ recipes }) => recipes !== undefined,
  expected: `${ROTATIONS} rotations, ${KILLS} of them killed; every request vended; the last secret works; the log has each step`,
  async run({ definition, server }) {
    const load = { kind, rotations: ROTATIONS, kills: KILLS, seed: 20_261_128 };
    return describeRotations(await rotateAtServer(definition, server, load));
  },
});

/** Rotations by the recipe of the server, under load. */
export const recipes: readonly Situation[] = [row('secret'), row('key')];
