import { refuseRotation } from '../rotations/refuse-rotation.ts';
import { describeRotations, rotateAtServer } from '../rotations/rotate-at-server.ts';
import type { Offers, RecipeKind } from '../server.ts';
import { refused, type Situation } from '../situation.ts';

/** A sample of what `npm run soak` does with 100 rotations. */
const [ROTATIONS, KILLS] = [10, 3];
const SMOOTH = {
  ...{ rotations: ROTATIONS, killed: KILLS, failed: [], isLost: false },
  ...{ state: 'whole', untold: 0 },
};

const row = (
  kind: RecipeKind,
  of: string,
  permitted: (offers: Offers) => string | undefined = () => undefined,
): Situation => ({
  name: `ten callers: ${ROTATIONS} rotations of a ${of} by the recipe, ${KILLS} of them killed`,
  isOffered: ({ recipes }) => recipes?.[kind] !== undefined,
  expected: (offers) => describeRotations(SMOOTH, permitted(offers)),
  async run({ definition, server }) {
    const load = { kind, rotations: ROTATIONS, kills: KILLS, seed: 20_261_128 };
    const report = await rotateAtServer(definition, server, load);
    return describeRotations(report, permitted(definition.offers));
  },
});

/** Rotations by the recipe of the server. */
export const recipes: readonly Situation[] = [
  row('secret', 'secret'),
  row('key', 'key'),
  row('issued', 'secret that the server issues', refused('client', 'credential_refused')),
  {
    name: 'a rotation by RFC 7592, and the server keeps the secret',
    isOffered: ({ recipes }) => recipes?.kept !== undefined,
    expected: 'failed at step create: upstream_invalid; the old secret works',
    run: ({ definition, server }) => refuseRotation(definition, server),
  },
];
