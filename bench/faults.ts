// A brown-out of ten minutes and a morning of rotations in simulated time, with our measures and without.
import { VendError } from '../lib/errors/vend-error.ts';
import { type Arrival, zipfArrivals } from './arrivals.ts';
import { exactly, type GroupOptions, type GroupResult } from './figure.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import { type Outcome, simulate } from './simulation.ts';

const MINUTE = 60_000;
const TEAMS = 40;
const BROWN_OUT = { from: 60 * MINUTE, to: 70 * MINUTE };
const ROTATE_EVERY = 10 * MINUTE;
const DOCUMENT_CACHE = MINUTE;

export async function benchFaults({ quick }: GroupOptions): Promise<GroupResult> {
  // Teams join one after the other within an hour, so that the brown-out meets tokens of every age.
  const brownOutArrivals = zipfArrivals(TEAMS, quick ? 10_000 : 40_000, 75 * MINUTE).filter(
    ({ team, at }) => at >= (team / TEAMS) * 60 * MINUTE,
  );
  const lifetime = 60 * MINUTE;
  const brownOut = await simulate({ arrivals: brownOutArrivals, lifetime, trouble: suffer });
  const during = brownOut.outcomes.filter(({ at }) => isDuring(at));
  const after = brownOut.outcomes.filter(({ at }) => at >= BROWN_OUT.to + MINUTE);
  const rotations = zipfArrivals(TEAMS, quick ? 5_000 : 20_000, 120 * MINUTE);
  const rotating = await simulate({
    arrivals: rotations,
    lifetime: 5 * MINUTE,
    version: versionAt,
  });
  return {
    group: 'faults',
    title: 'Vends that succeed while the authorization server fails, and while secrets rotate',
    figures: [
      exactly(
        'brown-out',
        'brown-out: those that a valid token can serve',
        '%',
        shareServed(during.filter(({ servable }) => servable)),
      ),
      exactly(
        'brown-out-naive',
        'the same, renewing 5 minutes ahead without our measures',
        '%',
        naiveBrownOut(brownOutArrivals, lifetime),
      ),
      exactly('brown-out-all', 'brown-out: all', '%', shareServed(during)),
      exactly('after', 'from a minute after it: all', '%', shareServed(after)),
      exactly('rotation', 'rotation every 10 minutes: all', '%', shareServed(rotating.outcomes)),
      exactly(
        'rotation-naive',
        'the same, secrets cached a minute and not read again',
        '%',
        naiveRotation(rotations, 5 * MINUTE),
      ),
    ],
    notes: ['Brown-out: hanging, 429, 500, dead, two and a half minutes each.'],
  };
}

function isDuring(at: number): boolean {
  return at >= BROWN_OUT.from && at < BROWN_OUT.to;
}

async function suffer(at: number, clock: SimulatedClock, signal: AbortSignal): Promise<void> {
  if (!isDuring(at)) return;
  const phase = Math.floor(((at - BROWN_OUT.from) / (BROWN_OUT.to - BROWN_OUT.from)) * 4);
  if (phase === 0) {
    await Promise.race([clock.delay(20_000), untilAborted(signal)]);
    signal.throwIfAborted();
  }
  if (phase === 1) throw new VendError('upstream_rate_limited', { retryAfter: 5 });
  throw new VendError('upstream_unavailable');
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function versionAt(at: number): number {
  return Math.floor(at / ROTATE_EVERY);
}

function shareServed(outcomes: readonly Pick<Outcome, 'status'>[]): number {
  const served = outcomes.filter(({ status }) => status === 200).length;
  return (served / outcomes.length) * 100;
}

/** A cache that renews 5 minutes ahead of expiry, and fails where that fails, as many do. */
function naiveBrownOut(arrivals: readonly Arrival[], lifetime: number): number {
  const expiries = new Map<number, number>();
  let [servable, served] = [0, 0];
  for (const { team, at } of arrivals) {
    const left = (expiries.get(team) ?? 0) - at;
    const renews = left < 5 * MINUTE;
    if (renews && !isDuring(at)) expiries.set(team, at + lifetime);
    if (!isDuring(at) || left < MINUTE) continue;
    servable += 1;
    served += renews ? 0 : 1;
  }
  return (served / servable) * 100;
}

/** A function that keeps a secret for a minute, and tells its caller when the server refuses it. */
function naiveRotation(arrivals: readonly Arrival[], lifetime: number): number {
  const expiries = new Map<number, number>();
  const secrets = new Map<number, { version: number; readAt: number }>();
  let served = 0;
  for (const { team, at } of arrivals) {
    const known = secrets.get(team);
    const secret =
      known !== undefined && at - known.readAt < DOCUMENT_CACHE
        ? known
        : { version: versionAt(at), readAt: at };
    secrets.set(team, secret);
    if ((expiries.get(team) ?? 0) - at >= MINUTE) served += 1;
    else if (secret.version === versionAt(at)) {
      served += 1;
      expiries.set(team, at + lifetime);
    }
  }
  return (served / arrivals.length) * 100;
}
