import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rotation } from '../../../lib/rotation/rotation.ts';
import { shipped } from '../../../recipes/shipped.ts';
import {
  KeycloakDialect,
  OktaDialect,
  ReissuingDialect,
  ShowingDialect,
} from '../../support/rotation/admin-dialects.ts';
import { SMOOTH } from '../../support/rotation/every-recipe.ts';
import { ARN, RotationWorld, STEPS } from '../../support/rotation/rotation-world.ts';

const versionOf = (number: number) => `0000000${number}-0000-4000-8000-000000000000`;

const ALL = [
  ...SMOOTH,
  ['rfc7592', () => new ReissuingDialect()] as const,
  ['rfc7592, secrets shown', () => new ShowingDialect()] as const,
];

const secretOf = ({ secret }: RotationWorld) => {
  const { client_secret, private_key_jwk } = secret.document('AWSCURRENT') ?? {};
  return JSON.stringify(client_secret ?? private_key_jwk);
};

describe('a rotation', () => {
  it.each(ALL)('changes the secret three times: %s', async (_name, make) => {
    const world = new RotationWorld(make());
    const secrets = [secretOf(world)];
    for (const number of [1, 2, 3]) {
      await world.rotate(versionOf(number));
      expect(world.isCurrentAccepted()).toBe(true);
      expect(world.secret.find('AWSCURRENT')?.id).toBe(versionOf(number));
      secrets.push(secretOf(world));
    }
    expect(new Set(secrets).size).toBe(4);
    // The server keeps no more than the current secret and the one before.
    expect(world.dialect.secrets.size).toBeLessThan(4);
    expect(world.dialect.keys.length).toBeLessThan(3);
  });

  it.each(SMOOTH)('never leaves callers without a secret that works: %s', async (_name, make) => {
    const world = new RotationWorld(make());
    world.killing.beside = () => expect(world.vends()).toBe(true);
    await world.rotate(versionOf(1));
    await world.rotate(versionOf(2));
    expect(world.killing.calls).toBeGreaterThan(20);
  });

  it.each(SMOOTH)('may be killed at each call: %s', async (_name, make) => {
    const whole = new RotationWorld(make());
    await whole.rotate(versionOf(1));
    for (let call = 1; call <= whole.killing.calls; call += 1) {
      const world = new RotationWorld(make());
      world.killing.at = call;
      world.killing.beside = () => expect(world.vends()).toBe(true);
      await world.rotate(versionOf(1));
      expect(world.isCurrentAccepted()).toBe(true);
      expect(world.secret.find('AWSCURRENT')?.id).toBe(versionOf(1));
      // The next one removes whatever was left.
      await world.rotate(versionOf(2));
      expect(world.isCurrentAccepted()).toBe(true);
      expect(world.secret.find('AWSCURRENT')?.id).toBe(versionOf(2));
    }
  });

  it('may be killed at each call if the server shows the secret that it issued', async () => {
    const whole = new RotationWorld(new ShowingDialect());
    await whole.rotate(versionOf(1));
    for (let call = 1; call <= whole.killing.calls; call += 1) {
      const world = new RotationWorld(new ShowingDialect());
      world.killing.at = call;
      await world.rotate(versionOf(1));
      expect(world.isCurrentAccepted()).toBe(true);
      expect(world.secret.find('AWSCURRENT')?.id).toBe(versionOf(1));
    }
  });

  it.each(SMOOTH)('keeps a change that somebody makes during it: %s', async (_name, make) => {
    const whole = new RotationWorld(make());
    await whole.rotate(versionOf(1));
    for (let at = 1; at <= whole.killing.calls; at += 1) {
      const world = new RotationWorld(make());
      world.killing.beside = (call) => {
        if (call === at) world.secret.change('kill-switch', { status: 'disabled' });
      };
      // Secrets Manager starts it again.
      await world.rotate(versionOf(1)).catch(() => undefined);
      await world.rotate(versionOf(2));
      expect(world.isCurrentAccepted()).toBe(true);
      expect(world.secret.document('AWSCURRENT')).toMatchObject({ status: 'disabled' });
      expect(world.secret.find('AWSPENDING')).toBeUndefined();
    }
  });

  it('loses nothing, whenever it is killed and whatever is changed meanwhile', async () => {
    const moment = fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined });
    const rotation = fc.record({ kill: moment, change: moment });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SMOOTH),
        fc.array(rotation, { minLength: 1, maxLength: 4 }),
        async ([, make], rotations) => {
          const world = new RotationWorld(make());
          const { killing, secret } = world;
          let number = 0;
          for (const { kill, change } of rotations) {
            number += 1;
            const start = killing.calls;
            killing.at = kill && start + kill;
            let failing = 0;
            killing.beside = (call) => {
              if (!world.vends()) failing += 1;
              if (call - start === change) secret.change(`v${number}`, { epoch: number });
            };
            // Secrets Manager starts a failed one again.
            await world.rotate(versionOf(number)).catch(() => undefined);
            await world.rotate(versionOf(number + 4));
            expect(world.isCurrentAccepted()).toBe(true);
            // A change between the two writes of a chosen secret hides the old one until the second.
            expect(failing).toBeLessThan(change === undefined ? 1 : 15);
            if (killing.calls - start >= (change ?? Infinity))
              expect(secret.document('AWSCURRENT')?.['epoch']).toBe(number);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('announces and records each step, without any secret', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    await world.rotate(versionOf(1));
    expect(world.audit.kinds).toEqual(
      ['create', 'set', 'test', 'finish'].flatMap(() => ['rotation-intent', 'rotation']),
    );
    const rotation = {
      credential: 'checkout/orders-api',
      recipe: 'keycloak',
      step: 'create',
      secretVersion: versionOf(1),
    };
    const sha256 = 'e'.repeat(64);
    expect(world.audit.events.slice(0, 2)).toEqual([
      { kind: 'rotation-intent', rotation },
      {
        kind: 'rotation',
        rotation,
        tokens: [
          { credential: 'checkout/orders-api', sha256 },
          { credential: 'platform/admin', sha256 },
        ],
      },
    ]);
    const text = JSON.stringify(world.audit.events);
    for (const secret of ['secret-0', 'admin-token', ...world.dialect.secrets.values()])
      expect(text).not.toContain(secret);
  });

  it('calls no server that it could not announce', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    world.audit.failing.add('rotation-intent');
    await expect(world.rotate(versionOf(1))).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(world.dialect.calls).toEqual([]);
  });

  it('says which step failed and why, and the old secret works', async () => {
    const world = new RotationWorld(new OktaDialect());
    world.dialect.authorization = 'Bearer another';
    await expect(world.rotate(versionOf(1))).rejects.toMatchObject({
      code: 'upstream_invalid',
      message: expect.stringMatching(
        /^The rotation of checkout\/orders-api failed at step create: The admin API .*\(status 401/,
      ),
    });
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'rotation', code: 'upstream_invalid' });
    expect(world.isCurrentAccepted()).toBe(true);
  });

  it('writes after each step how far it is', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    const { tags } = world.secret;
    world.secret.startRotation(versionOf(1));
    for (const [step, name] of [
      ['createSecret', 'create'],
      ['setSecret', 'set'],
      ['testSecret', 'test'],
      ['finishSecret', 'finish'],
    ] as const) {
      await world.step(step, versionOf(1));
      expect(tags.get('token-vending:rotation')).toMatch(
        new RegExp(`^done/${name}/-/${versionOf(1)}/\\d{4}-.*Z$`),
      );
    }
    world.dialect.authorization = 'Bearer another';
    await expect(world.rotate(versionOf(2))).rejects.toMatchObject({ code: 'upstream_invalid' });
    expect(tags.get('token-vending:rotation')).toMatch(
      new RegExp(`^failed/set/upstream_invalid/${versionOf(2)}/`),
    );
  });

  it('does not fail if it cannot write how far it is, and logs that', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    world.secrets.tagError = new Error('denied');
    await world.rotate(versionOf(1));
    expect(world.isCurrentAccepted()).toBe(true);
    expect(world.warnings).toEqual(
      STEPS.map(
        () =>
          'The tag token-vending:rotation of checkout/orders-api could not be written (internal).',
      ),
    );
  });

  it('has nothing left to do for a version that is current and no longer pending', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    await world.rotate(versionOf(1));
    expect(await world.run('finishSecret', versionOf(1))).toEqual({
      credential: 'checkout/orders-api',
      step: 'finish',
      outcome: 'already',
    });
  });

  it.each<[what: string, change: (world: RotationWorld) => unknown, text: RegExp]>([
    ['off', ({ secret }) => Object.assign(secret, { rotationEnabled: false }), /is not enabled/],
    [
      'unknown',
      ({ secret }) => void secret.move('AWSPENDING', versionOf(1), undefined),
      /has no version of this rotation/,
    ],
    [
      'old',
      ({ secret }) =>
        secret.move('AWSPENDING', versionOf(1), undefined) &&
        secret.store(versionOf(1), '{}', 'AWSPREVIOUS'),
      /is not pending any more/,
    ],
    [
      'unset',
      ({ secret }) => secret.change('v', { rotation: undefined }),
      /has no member rotation/,
    ],
    [
      'no recipe',
      ({ secret }) => secret.change('v', { rotation: { recipe: 'x' } }),
      /must be one of auth0, /,
    ],
  ])('is refused: %s', async (_what, change, text) => {
    const world = new RotationWorld(new KeycloakDialect());
    world.secret.startRotation(versionOf(1));
    change(world);
    await expect(world.run('testSecret', versionOf(1))).rejects.toThrow(text);
  });

  it('is refused at a later step without a value', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    world.secret.startRotation(versionOf(1));
    await expect(world.run('setSecret', versionOf(1))).rejects.toThrow(
      /has no value: the first step did not finish/,
    );
  });

  it('that only tests the schedule obtains a token with the current secret', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    world.secret.startRotation(versionOf(1));
    expect(await world.run('testSecret', versionOf(1))).toMatchObject({ outcome: 'done' });
    world.dialect.secrets.clear();
    await expect(world.run('testSecret', versionOf(1))).rejects.toMatchObject({
      code: 'credential_refused',
    });
  });

  it('is of secrets below the prefix only', async () => {
    const world = new RotationWorld(new KeycloakDialect());
    for (const secretPrefix of ['other/', 'token-vending/checkout/']) {
      const rotation = new Rotation(world.ports, { recipes: shipped, secretPrefix });
      const event = { Step: 'createSecret', SecretId: ARN, ClientRequestToken: versionOf(1) };
      await expect(rotation.run(event)).rejects.toThrow(
        `The secret is no credential: its name must be ${secretPrefix}team/name.`,
      );
    }
  });
});
