import { setTimeout as delay } from 'node:timers/promises';
import { startVendLoop, type VendLoop } from '../../support/vend-loop.ts';
import { CALLER, Credential, newSecret } from '../credential.ts';
import { refused, type Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

/** Seconds: so a loop of a few seconds mints several times. */
const LIFETIME = 5;
/** Milliseconds in which each token that is held when they begin is renewed. */
const RENEWED_WITHIN = 4_000;
/** Milliseconds after which no vend fails because of the old secret. */
const WELL_WITHIN = 2_000;
const ALL_VENDED = 'every request vended';
const ALL_VENDED_SOON = 'every request vended from 2 s on after both have the new secret';

interface Rotated {
  readonly world: InteropWorld;
  readonly credential: Credential;
  readonly loop: VendLoop;
  atServer(): Promise<void>;
  inDocument(): Promise<void>;
}

type Work = (rotated: Rotated) => Promise<number>;

/** Runs `work` during the loop. It returns from when on no vend may fail. */
async function underLoad(world: InteropWorld, work: Work, outcome: string): Promise<string> {
  const credential = await Credential.add(world, { lifetimeSeconds: LIFETIME });
  const secret = newSecret();
  const loop = startVendLoop(world.system, credential.name, CALLER);
  try {
    while (loop.vends.length < 5) await delay(100);
    const from = await work({
      world,
      credential,
      loop,
      atServer: () => world.server.setSecret(credential.members.client_id, secret),
      inDocument: () => credential.store({ client_secret: secret }),
    });
    await delay(RENEWED_WITHIN);
    const refusal = refused('client', 'credential_refused')(world.definition.offers);
    const wrong = [
      ...loop.failedSince(from),
      ...loop.failedSince(0).filter((vend) => vend.outcome !== refusal),
    ];
    if (wrong.length === 0) return outcome;
    return `${wrong.length} of ${loop.vends.length} failed: ${wrong[0]?.outcome}`;
  } finally {
    await loop.stop();
  }
}

const isOffered = ({ lifetimes, methods }: { lifetimes: boolean; methods: readonly string[] }) =>
  lifetimes && methods.some((method) => method.startsWith('client_secret'));

const row = (name: string, outcome: string, work: Work): Situation => ({
  name: `ten requests a second: ${name}`,
  isOffered,
  expected: outcome,
  run: (world) => underLoad(world, work, outcome),
});

/** Rotations of secrets and of signing keys under load. */
export const rotations: readonly Situation[] = [
  row(
    'the server has the new secret first',
    ALL_VENDED_SOON,
    async ({ atServer, inDocument, loop }) => {
      await atServer();
      // Longer than a token lives, so vends fail by now.
      while (loop.failedSince(0).length === 0) await delay(100);
      await delay(WELL_WITHIN);
      await inDocument();
      return Date.now() + WELL_WITHIN;
    },
  ),
  row('the document has the new secret first', ALL_VENDED, async ({ atServer, inDocument }) => {
    await inDocument();
    await delay(RENEWED_WITHIN);
    await atServer();
    return 0;
  }),
  row(
    'the document has the new secret first, a new process between',
    ALL_VENDED,
    async ({ world, atServer, inDocument, loop }) => {
      await inDocument();
      const from = Date.now();
      // Vends under way when the process ends do not count.
      await loop.pausedFor(() => world.system.function.restart());
      await delay(RENEWED_WITHIN);
      await atServer();
      return from;
    },
  ),
  row('both get the new secret at once', ALL_VENDED_SOON, async ({ atServer, inDocument }) => {
    await Promise.all([atServer(), inDocument()]);
    return Date.now() + WELL_WITHIN;
  }),
  {
    name: 'ten requests a second: two new signing keys within seconds',
    isOffered: ({ lifetimes, signingAlgorithms }) => lifetimes && signingAlgorithms.length > 0,
    expected: ALL_VENDED,
    run: (world) =>
      underLoad(
        world,
        async () => {
          const [algorithm = 'RS256'] = world.definition.offers.signingAlgorithms;
          await world.server.rotateSigningKey(algorithm);
          await delay(RENEWED_WITHIN);
          await world.server.rotateSigningKey(algorithm);
          return 0;
        },
        ALL_VENDED,
      ),
  },
];
