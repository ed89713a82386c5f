import type { AuditEvent } from '../../../lib/audit/event.ts';
import { Random } from '../random.ts';
import type { AdminDialect } from './admin-dialect.ts';
import { LoadedWorld } from './loaded-world.ts';
import { ARN, type RotationWorld, STEPS } from './rotation-world.ts';

export interface LoadOptions {
  readonly rotations: number;
  /** Of which the function is killed once, at a random call. */
  readonly kills: number;
  readonly seed: number;
}

export interface LoadReport {
  readonly rotations: number;
  readonly killed: number;
  readonly vends: number;
  /** Codes of the vends that failed. */
  readonly failed: readonly string[];
  /** Rotations after which the server refused the current secret. */
  readonly lost: number;
  /** Rotations of which the audit log does not tell each step. */
  readonly untold: number;
}

/** Milliseconds: a whole rotation takes from half a second to several seconds. */
const PACES = [5, 20, 60, 150];

/** Rotates a secret again and again while ten callers vend. Every fifth rotation, a process restarts. */
export async function rotateUnderLoad(
  dialect: AdminDialect,
  { rotations, kills, seed }: LoadOptions,
): Promise<LoadReport> {
  const random = new Random(seed);
  const world = new LoadedWorld(dialect, random);
  const { rotating } = world;
  const { killing } = rotating;
  const killed = chooseSome(random, rotations, kills);
  let [lost, untold, callsOfOne] = [0, 0, Number.POSITIVE_INFINITY];
  await world.underLoad(async () => {
    for (let number = 0; number < rotations; number += 1) {
      const version = random.uuid();
      const start = killing.calls;
      world.pace = random.pick(PACES);
      if (killed.has(number)) killing.at = start + 1 + random.below(callsOfOne);
      if (number % 5 === 4) world.restart(random.below(2));
      await rotateOnce(rotating, version);
      callsOfOne = Math.min(callsOfOne, killing.calls - start);
      if (!rotating.isCurrentAccepted()) lost += 1;
      if (!isTold(rotating.audit.events, version)) untold += 1;
    }
  });
  const failed = world.outcomes.filter((outcome) => outcome !== 'vended');
  const vends = world.outcomes.length;
  return { rotations, killed: killing.kills, vends, failed, lost, untold };
}

/** The steps as Secrets Manager runs them, which repeats a step that was killed. */
async function rotateOnce(world: RotationWorld, version: string): Promise<void> {
  world.secret.startRotation(version);
  for (const Step of STEPS) {
    const event = { Step, SecretId: ARN, ClientRequestToken: version };
    await world.killing.survive(() => world.rotation.run(event));
  }
}

/** One line of a report. */
export function describeLoad(recipe: string, report: LoadReport): string {
  const { rotations, killed, vends, failed, lost } = report;
  return `${recipe}: ${rotations} rotations, ${killed} of them killed, ${vends} vends, ${failed.length} failed, ${lost} secrets lost`;
}

/** Not the first one, which shows how many calls a rotation makes. */
export function chooseSome(random: Random, of: number, count: number): ReadonlySet<number> {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(1 + random.below(of - 1));
  return chosen;
}

/** Whether each step of the rotation of a version is announced, and then recorded as done. */
function isTold(events: readonly AuditEvent[], version: string): boolean {
  return (['create', 'set', 'test', 'finish'] as const).every((step) => {
    const kinds = events.flatMap((event) =>
      'rotation' in event &&
      event.rotation.secretVersion === version &&
      event.rotation.step === step &&
      !('code' in event && event.code !== undefined)
        ? [event.kind]
        : [],
    );
    return kinds[0] === 'rotation-intent' && kinds.at(-1) === 'rotation';
  });
}
