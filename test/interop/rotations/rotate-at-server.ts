import { setTimeout as delay } from 'node:timers/promises';
import { SECRET_PREFIX } from '../../../local/secret-settings.ts';
import type { Secret } from '../../../local/secret-store.ts';
import { Random } from '../../support/random.ts';
import { chooseSome } from '../../support/rotation/rotations-under-load.ts';
import { startVendLoop } from '../../support/vend-loop.ts';
import { Credential } from '../credential.ts';
import type { InteropServer, RecipeKind, RunningServer } from '../server.ts';
import { type RotationLog, readRotationLog } from './rotation-log.ts';
import { type RotationWorld, startRotationWorld, TEN_CALLERS } from './rotation-world.ts';

export interface RotationLoad {
  readonly kind: RecipeKind;
  readonly rotations: number;
  /** Of which the process of the function is killed once, at a random moment. */
  readonly kills: number;
  readonly seed: number;
}

export interface RotationReport extends RotationLog {
  readonly rotations: number;
  readonly killed: number;
  readonly vends: number;
  /** Codes of the vends that failed. */
  readonly failed: readonly string[];
  /** Whether the server issues a token for the current document at the end. */
  readonly isLost: boolean;
}

/** Seconds, and the shortest lifetime that callers accept: each caller needs a new token every 3 s. */
const [LIFETIME, MIN_TTL] = [6, 3];
/** Milliseconds between two requests of a caller. */
const INTERVAL = 300;
const ADMIN = 'payments/rotation-admin';

/** Rotates a credential by the recipe of the server while ten callers vend. */
export async function rotateAtServer(
  definition: InteropServer,
  server: RunningServer,
  load: RotationLoad,
): Promise<RotationReport> {
  await using world = await startRotationWorld(definition, server);
  const { system } = world;
  const credential = await addRotated(world, load.kind);
  const pace = { minTtl: MIN_TTL, interval: INTERVAL };
  const loops = TEN_CALLERS.map((caller) => startVendLoop(system, credential.name, caller, pace));
  const rotating = new Rotating(world, credential.name, load);
  try {
    await rotating.run();
  } finally {
    for (const loop of loops) await loop.stop();
  }
  const { passed } = await system.registryClient('operator').test(credential.name);
  return {
    rotations: rotating.versions.length,
    killed: rotating.kills,
    vends: loops.reduce((sum, { vends }) => sum + vends.length, 0),
    failed: loops.flatMap((loop) => loop.failedSince(0).map(({ outcome }) => outcome)),
    isLost: !passed,
    ...(await readRotationLog(system.directory, rotating.versions)),
  };
}

/**
 * What a report says without the numbers that differ from run to run.
 *
 * @param permitted code of the error that vends may have
 */
export function describeRotations(
  report: Omit<RotationReport, 'vends' | 'repeated'>,
  permitted?: string,
): string {
  const { rotations, killed, failed, isLost, state, untold } = report;
  return [
    `${rotations} rotations, ${killed} of them killed`,
    describeFailed(failed, permitted),
    isLost ? 'the last secret is lost' : 'the last secret works',
    untold === 0 && state === 'whole' ? 'the log has each step' : `${state}, ${untold} untold`,
  ].join('; ');
}

function describeFailed(failed: readonly string[], permitted: string | undefined): string {
  if (failed.some((code) => code !== permitted))
    return `requests failed: ${[...new Set(failed)].sort().join(', ')}`;
  return permitted === undefined ? 'every request vended' : `no error but ${permitted}`;
}

/** A client of the server, and its credential with `rotation`. */
export async function addRotated(world: RotationWorld, kind: RecipeKind): Promise<Credential> {
  const { definition, server, aws } = world;
  const method = kind === 'key' ? ({ method: 'private_key_jwt' } as const) : {};
  const client = { lifetimeSeconds: LIFETIME, ...method };
  return await Credential.add(world, client, async (registered) => {
    if (server.rotation === undefined) throw new Error('the server has recipes and no admin API');
    const { parameters, admin, members } = await server.rotation(registered);
    if (admin !== undefined) await aws.putDocument(ADMIN, admin);
    const by = admin === undefined ? {} : { admin_credential: ADMIN };
    const rotation = { recipe: definition.offers.recipes?.[kind], parameters, ...by };
    return { ...members, rotation, token_sharing: 'per_principal' };
  });
}

/** The rotations of one credential, one after the other. */
class Rotating {
  readonly versions: string[] = [];
  kills = 0;
  readonly #world: RotationWorld;
  readonly #name: string;
  readonly #load: RotationLoad;
  readonly #random: Random;
  /** Milliseconds that a rotation takes. */
  #duration = Number.POSITIVE_INFINITY;

  constructor(world: RotationWorld, name: string, load: RotationLoad) {
    this.#world = world;
    this.#name = name;
    this.#load = load;
    this.#random = new Random(load.seed);
  }

  async run(): Promise<void> {
    const { rotations, kills } = this.#load;
    const killed = chooseSome(this.#random, rotations, kills);
    let due = 0;
    for (let number = 0; number < rotations; number += 1) {
      if (killed.has(number)) due += 1;
      if (await this.#rotate(due > 0)) due -= 1;
    }
  }

  /** @returns whether the process was killed: a rotation can end before that moment */
  async #rotate(isToKill: boolean): Promise<boolean> {
    const { system } = this.#world;
    const { rotations } = system.secretsManager;
    const registry = system.registryClient('operator');
    const { pending_version_id } = await registry.rotate(this.#name);
    this.versions.push(String(pending_version_id));
    const started = Date.now();
    const settled = rotations?.settled();
    let isKilled = false;
    if (isToKill) {
      await Promise.race([settled, delay(this.#random.below(this.#duration))]);
      isKilled = rotations?.isRunning(this.#secret) === true;
      if (isKilled) await system.rotationFunction.kill();
    }
    await settled;
    if (isKilled) this.kills += 1;
    else this.#duration = Math.min(this.#duration, Date.now() - started);
    if (rotations?.events.at(-1)?.name === 'RotationSucceeded') return isKilled;
    const { rotation } = await registry.describe(this.#name);
    throw new Error(`rotation ${this.versions.length}: ${JSON.stringify(rotation)}`);
  }

  get #secret(): Secret {
    return this.#world.system.secretsManager.store.find(SECRET_PREFIX + this.#name) as Secret;
  }
}
