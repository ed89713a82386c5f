import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Profiles } from '../../../lib/credential/profiles.ts';
import { openSecretsManager } from '../../../lib/credential/secrets-manager.ts';
import { Grants } from '../../../lib/grant/grants.ts';
import { openJoseVerifier } from '../../../lib/grant/jose.ts';
import { openOpenidClient } from '../../../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../../../lib/http/https-transport.ts';
import { VendedAdminTokens } from '../../../lib/rotation/admin-tokens.ts';
import { Rotation } from '../../../lib/rotation/rotation.ts';
import type { RotationSecrets } from '../../../lib/rotation/rotation-secrets.ts';
import { openRotationSecrets } from '../../../lib/rotation/secrets-manager-rotation.ts';
import { systemClock } from '../../../lib/time/system-clock.ts';
import { ACCOUNT } from '../../../local/callers.ts';
import { REGION } from '../../../local/deployed-functions.ts';
import { SECRET_PREFIX } from '../../../local/secret-settings.ts';
import { shipped as profiles } from '../../../profiles/shipped.ts';
import { shipped } from '../../../recipes/shipped.ts';
import { FakeAuditLog } from '../../support/fake-ports.ts';
import { Killing } from '../../support/rotation/killing.ts';
import { startVendLoop } from '../../support/vend-loop.ts';
import { CALLER, Credential } from '../credential.ts';
import type { RunningServer } from '../server.ts';
import type { Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

/** Seconds: so a loop of a few seconds mints several times. */
const LIFETIME = 5;
const ROTATIONS = 4;
/**
 * Milliseconds between two rotations. The function mints within 3 s of the first one, and reads the
 * document again 2 s later at the earliest.
 */
const BETWEEN = 6_000;
const ADMIN = 'payments/rotation-admin';
const URLS = { allowLoopbackHttp: true };
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const ALL_VENDED = 'every request vended';

const arnOf = (name: string) =>
  `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${SECRET_PREFIX}${name}`;

/** The secrets of moto. RotateSecret, which adds the pending version, is not part of the test. */
function secretsOf({ aws }: InteropWorld, pendingVersion: () => string): RotationSecrets {
  const secrets = openRotationSecrets(aws.options);
  const nameOf = (arn: string) => arn.split(':secret:')[1] as string;
  return {
    async describe(arn, signal) {
      const described = await secrets.describe(nameOf(arn), signal);
      const stages = { [pendingVersion()]: ['AWSPENDING'], ...described.stages };
      return { ...described, rotationEnabled: true, stages };
    },
    read: (arn, version, signal) => secrets.read(nameOf(arn), version, signal),
    put: (arn, version, stage, signal) => secrets.put(nameOf(arn), version, stage, signal),
    move: (arn, move, signal) => secrets.move(nameOf(arn), move, signal),
    tag: (arn, key, value, signal) => secrets.tag(nameOf(arn), key, value, signal),
  };
}

/** Rotates a credential with the adapters of the function. Every second rotation is killed once. */
class Rotations {
  readonly #name: string;
  readonly #killing = new Killing();
  readonly #rotation: Rotation;
  #version = '';

  constructor(world: InteropWorld, name: string) {
    this.#name = name;
    const transport = openHttpsTransport();
    const grants = new Grants({
      clock: systemClock,
      server: openOpenidClient(transport),
      verifier: openJoseVerifier(transport),
      urls: URLS,
    });
    const store = openSecretsManager(SECRET_PREFIX, world.aws.options);
    const ports = {
      clock: systemClock,
      audit: this.#killing.port(new FakeAuditLog()),
      warn: () => undefined,
      secrets: this.#killing.port(secretsOf(world, () => this.#version)),
      grants,
      transport: this.#killing.port({ send: transport }).send,
      adminTokens: new VendedAdminTokens(store, grants, URLS),
      signer: { sign: async () => Promise.reject(new Error('no recipe here signs for AWS')) },
      urls: URLS,
      reading: { ...URLS, profiles: new Profiles(profiles) },
    };
    this.#rotation = new Rotation(ports, { recipes: shipped, secretPrefix: SECRET_PREFIX });
  }

  async rotate(number: number): Promise<void> {
    this.#version = randomUUID();
    if (number % 2 === 1) this.#killing.at = this.#killing.calls + 2 + 6 * number;
    const event = { SecretId: arnOf(this.#name), ClientRequestToken: this.#version };
    for (const Step of STEPS)
      await this.#killing.survive(() => this.#rotation.run({ ...event, Step }));
  }
}

async function rotateUnderLoad(world: InteropWorld, kind: 'secret' | 'key'): Promise<string> {
  const { recipes } = world.definition.offers;
  const { parameters, admin } = await adminOf(world);
  if (admin !== undefined) await world.aws.putDocument(ADMIN, admin);
  const rotation = {
    recipe: recipes?.[kind],
    parameters,
    ...(admin === undefined ? {} : { admin_credential: ADMIN }),
  };
  const method = kind === 'key' ? ({ method: 'private_key_jwt' } as const) : {};
  const client = { lifetimeSeconds: LIFETIME, ...method };
  const credential = await Credential.add(world, client, { rotation });
  const rotations = new Rotations(world, credential.name);
  const loop = startVendLoop(world.system, credential.name, CALLER);
  try {
    while (loop.vends.length < 5) await delay(100);
    for (let number = 1; number <= ROTATIONS; number += 1) {
      await rotations.rotate(number);
      await delay(BETWEEN);
    }
    const [failed, ...others] = loop.failedSince(0);
    if (failed === undefined) return ALL_VENDED;
    return `${others.length + 1} of ${loop.vends.length} failed: ${failed.outcome}`;
  } finally {
    await loop.stop();
  }
}

type Administration = Awaited<ReturnType<NonNullable<RunningServer['rotation']>>>;
const administrations = new WeakMap<InteropWorld, Promise<Administration>>();

/** Once for each server. */
async function adminOf(world: InteropWorld): Promise<Administration> {
  const known = administrations.get(world);
  if (known !== undefined) return await known;
  const { rotation } = world.server;
  if (rotation === undefined) throw new Error('the server has recipes and no admin API');
  const made = rotation();
  administrations.set(world, made);
  return await made;
}

const row = (kind: 'secret' | 'key'): Situation => ({
  name: `ten requests a second: ${ROTATIONS} rotations of a ${kind} by the recipe, half of them killed`,
  isOffered: ({ recipes }) => recipes !== undefined,
  expected: ALL_VENDED,
  run: (world) => rotateUnderLoad(world, kind),
});

/** Rotations by the recipe of the server, under load. */
export const recipes: readonly Situation[] = [row('secret'), row('key')];
