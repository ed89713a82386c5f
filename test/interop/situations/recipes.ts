import { refuseRotation } from '../rotations/refuse-rotation.ts';
import { describeRotations, rotateAtServer } from '../rotations/rotate-at-server.ts';
import type { Situation } from '../situation.ts';

/** A sample of what `npm run soak` does with 100 rotations. */
const [ROTATIONS, KILLS] = [10, 3];

const row = (kind: 'secret' | 'key'): Situation => ({
  name: `ten callers: ${ROTATIONS} rotations of a ${kind} by the recipe, ${KILLS} of them killed`,
  isOffered: ({ recipes }) => recipes?.[kind] !== undefined,
  expected: `${ROTATIONS} rotations, ${KILLS} of them killed; every request vended; the last secret works; the log has each step`,
  async run({ definition, server }) {
    const load = { kind, rotations: ROTATIONS, kills: KILLS, seed: 20_261_128 };
    return describeRotations(await rotateAtServer(definition, server, load));
  },
});

/** Rotations by the recipe of the server. */
export const recipes: readonly Situation[] = [
  row('secret'),
  row('key'),
  {
    name: 'a rotation by RFC 7592, and the server keeps the secret',
    isOffered: ({ recipes }) => recipes?.kept !== undefined,
    expected: 'failed at step create: upstream_invalid; the old secret works',
    run: ({ definition, server }) => refuseRotation(definition, server),
  },
];
