import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { KeycloakDialect, OktaDialect } from '../../support/rotation/admin-dialects.ts';
import { OverlapWorld, WITH_OVERLAP } from '../../support/rotation/overlap-world.ts';
import { ARN } from '../../support/rotation/rotation-world.ts';

const TAG = 'token-vending:overlap-ends';

async function due(make: ConstructorParameters<typeof OverlapWorld>[0]): Promise<OverlapWorld> {
  const world = new OverlapWorld(make);
  await world.rotateTwice();
  world.endOverlap();
  return world;
}

/** The old secret is gone, the current one works, and rotations can start. */
async function expectEnded(world: OverlapWorld): Promise<void> {
  expect(world.accepted).toBe(1);
  expect(world.isCurrentAccepted()).toBe(true);
  expect(world.tag).toBeUndefined();
  expect(world.secret.unfinished).toBeUndefined();
  expect(world.secret.document('AWSCURRENT')?.['rotation_state'] ?? {}).not.toHaveProperty(
    'replaced_secret_id',
  );
  await world.rotateNext();
  expect(world.isCurrentAccepted()).toBe(true);
  expect(world.accepted).toBe(2);
}

async function expectRotating(world: OverlapWorld): Promise<void> {
  expect(world.secret.unfinished).toBeUndefined();
  await world.rotateNext();
  expect(world.isCurrentAccepted()).toBe(true);
}

describe('the removal of old secrets', () => {
  it.each(WITH_OVERLAP)('waits until the overlap is over: %s', async (_name, make) => {
    const world = new OverlapWorld(make());
    await world.rotateTwice();
    const { length } = world.dialect.calls;
    expect(await world.searchOnce()).toEqual({ step: 'remove', removed: [] });
    expect(world.dialect.calls).toHaveLength(length);
    expect(world.accepted).toBeGreaterThan(1);
    world.endOverlap();
    expect(await world.searchOnce()).toEqual({ step: 'remove', removed: ['checkout/orders-api'] });
    expect(await world.searchOnce()).toEqual({ step: 'remove', removed: [] });
  });

  it.each(WITH_OVERLAP)('leaves the current one alone: %s', async (_name, make) => {
    const world = await due(make());
    // The function of the operator does not tell the first secret.
    if (_name === 'lambda') world.dialect.secrets.delete('s0');
    await world.search();
    await expectEnded(world);
  });

  it.each(WITH_OVERLAP)('may be killed at each call: %s', async (_name, make) => {
    const start = async () => {
      const world = await due(make());
      if (_name === 'lambda') world.dialect.secrets.delete('s0');
      world.killing.beside = () => expect(world.vends()).toBe(true);
      return { world, before: world.killing.calls };
    };
    const whole = await start();
    await whole.world.search();
    const calls = whole.world.killing.calls - whole.before;
    expect(calls).toBeGreaterThan(9);
    for (let call = 1; call <= calls; call += 1) {
      const { world, before } = await start();
      world.killing.at = before + call;
      await world.search();
      expect(world.killing.kills).toBe(1);
      await expectEnded(world);
    }
  });

  it.each(WITH_OVERLAP)('may be killed before a rotation: %s', async (_name, make) => {
    const whole = await due(make());
    const before = whole.killing.calls;
    await whole.searchOnce();
    for (let call = before + 1; call <= whole.killing.calls; call += 1) {
      const world = await due(make());
      world.killing.at = call;
      await world.killing.survive(async () => {
        if (world.killing.kills === 0) await world.searchOnce();
      });
      await world
        .rotateNext()
        .catch((error: VendError) => expect(error.message).toMatch(/is being removed/));
      expect(world.isCurrentAccepted()).toBe(true);
      // The search of the next hour takes nothing from it.
      await world.search();
      expect(world.isCurrentAccepted()).toBe(true);
      await expectRotating(world);
    }
  });

  it.each(WITH_OVERLAP)('keeps a change that somebody makes during it: %s', async (_name, make) => {
    const whole = await due(make());
    const before = whole.killing.calls;
    await whole.searchOnce();
    for (let at = before + 1; at <= whole.killing.calls; at += 1) {
      const world = await due(make());
      if (_name === 'lambda') world.dialect.secrets.delete('s0');
      world.killing.beside = (call) => {
        if (call === at) world.secret.change('kill-switch', { status: 'disabled' });
      };
      await world
        .searchOnce()
        .catch((error: VendError) => expect(error.message).toMatch(/was changed at the same time/));
      await world.search();
      expect(world.secret.document('AWSCURRENT')).toMatchObject({ status: 'disabled' });
      await expectEnded(world);
    }
  });

  it.each(WITH_OVERLAP)('takes nothing from a rotation beside it: %s', async (_name, make) => {
    const whole = await due(make());
    const before = whole.killing.calls;
    await whole.searchOnce();
    for (let at = before + 1; at <= whole.killing.calls; at += 1) {
      const world = await due(make());
      const { killing, secret } = world;
      let isStarted = false;
      killing.turn = async () => {
        if (isStarted || killing.calls !== at) return;
        isStarted = true;
        // RotateSecret is refused while another version is pending.
        if (secret.unfinished === undefined) await world.rotateNext();
      };
      await world
        .searchOnce()
        .catch((error: VendError) => expect(error.message).toMatch(/was changed at the same time/));
      expect(isStarted).toBe(true);
      await world.search();
      expect(world.isCurrentAccepted()).toBe(true);
      expect(secret.unfinished).toBeUndefined();
      await world.rotateNext();
      expect(world.isCurrentAccepted()).toBe(true);
    }
  });

  it('loses nothing, in whatever order rotations, removals, kills and changes come', async () => {
    const moment = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
    const event = fc.record({
      what: fc.constantFrom('rotation', 'search'),
      hours: fc.integer({ min: 0, max: 3 }),
      kill: moment,
      change: moment,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...WITH_OVERLAP),
        fc.array(event, { minLength: 2, maxLength: 8 }),
        async ([, make], events) => {
          const world = new OverlapWorld(make());
          const { killing, secret, clock } = world;
          for (const [number, { what, hours, kill, change }] of events.entries()) {
            clock.skip(hours * 3_600_000);
            const start = killing.calls;
            killing.at = kill && start + kill;
            killing.beside = (call) => {
              expect(world.vends()).toBe(true);
              if (call - start === change) secret.change(`change-${number}`, { epoch: number });
            };
            const work = what === 'rotation' ? world.rotateNext() : world.search();
            await work.catch(() => undefined);
            killing.beside = () => undefined;
            killing.at = undefined;
            await killing.survive(async () => undefined);
            expect(world.isCurrentAccepted()).toBe(true);
          }
          await world.search();
          await world.rotateNext();
          world.endOverlap();
          await world.search();
          expect(world.isCurrentAccepted()).toBe(true);
          expect(secret.unfinished).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is announced and recorded, without any secret', async () => {
    const world = await due(new OktaDialect());
    const current = world.secret.find('AWSCURRENT')?.id;
    const { length } = world.audit.events;
    await world.search();
    const rotation = {
      credential: 'checkout/orders-api',
      recipe: 'okta',
      step: 'remove',
      secretVersion: current,
    };
    const sha256 = 'e'.repeat(64);
    const records = world.audit.events.slice(length);
    expect(records).toEqual([
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
    const text = JSON.stringify(records);
    for (const secret of ['secret-0', 'issued-', 'admin-token']) expect(text).not.toContain(secret);
  });

  it('calls no server that it could not announce', async () => {
    const world = await due(new OktaDialect());
    const { length } = world.dialect.calls;
    world.audit.failing.add('rotation-intent');
    await expect(world.searchOnce()).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(world.dialect.calls).toHaveLength(length);
  });

  it('goes on after one that failed, which the next search tries again', async () => {
    const world = await due(new OktaDialect());
    const document = { ...world.secret.document('AWSCURRENT') };
    const other = world.secrets.add('payments/ledger', {
      ...document,
      rotation: { recipe: 'nobody', overlap: '1h' },
    });
    other.tags.set(TAG, '2026-01-31T12:00:00Z');
    const failure = {
      code: 'credential_invalid',
      message: expect.stringMatching(
        /^The removal of the old secret of payments\/ledger failed: rotation\.recipe /,
      ),
    };
    await expect(world.searchOnce()).rejects.toMatchObject(failure);
    expect(world.accepted).toBe(1);
    expect(world.tag).toBeUndefined();
    await expect(world.searchOnce()).rejects.toMatchObject(failure);
    expect(world.warnings).toHaveLength(2);
    expect(world.warnings[0]).toMatch(/\(credential_invalid\) The next search tries again\.$/);
    expect(other.tags.get(TAG)).toBe('2026-01-31T12:00:00Z');
  });

  it('records the error of a server, and leaves the current secret and rotations alone', async () => {
    const world = await due(new OktaDialect());
    world.dialect.authorization = 'Bearer another';
    await expect(world.searchOnce()).rejects.toMatchObject({ code: 'upstream_invalid' });
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'rotation', code: 'upstream_invalid' });
    expect(world.secret.unfinished).toBeUndefined();
    world.dialect.authorization = 'Bearer admin-token';
    await world.search();
    await expectEnded(world);
  });

  it('begins each hour at another one', async () => {
    const world = new OverlapWorld(new OktaDialect());
    const names = ['a/one', 'a/two', 'a/three'];
    for (const name of names)
      world.secrets.add(name, { rotation: 5 }).tags.set(TAG, '2026-01-31T12:00:00Z');
    const firsts = new Set<string>();
    for (const _ of names) {
      world.warnings.length = 0;
      await expect(world.searchOnce()).rejects.toMatchObject({ code: 'credential_invalid' });
      expect(world.warnings).toHaveLength(3);
      firsts.add(/ of (a\/\w+) failed/.exec(world.warnings[0] ?? '')?.[1] ?? '');
      world.clock.skip(3_600_000);
    }
    expect([...firsts].sort()).toEqual([...names].sort());
  });

  it.each<[what: string, prepare: (world: OverlapWorld) => unknown]>([
    ['a rotation is under way', ({ secret }) => secret.startRotation('v9')],
    ['the tag is no time', ({ secret }) => secret.tags.set(TAG, 'soon')],
    [
      'the tag is gone',
      ({ secret, killing }) => {
        const second = killing.calls + 2;
        killing.beside = (call) => call === second && secret.tags.delete(TAG);
      },
    ],
  ])('leaves a secret alone if %s', async (_what, prepare) => {
    const world = await due(new OktaDialect());
    const { length } = world.dialect.calls;
    prepare(world);
    const { versions } = world.secret;
    const count = versions.length;
    expect(await world.searchOnce()).toEqual({ step: 'remove', removed: [] });
    expect(world.dialect.calls).toHaveLength(length);
    expect(versions).toHaveLength(count);
  });

  it('leaves secrets of no credential alone', async () => {
    const world = await due(new OktaDialect());
    const sweep = world.sweepOf('token-vending/checkout/');
    expect(await world.clock.runUntilDone(sweep.run())).toMatchObject({ removed: [] });
    expect(world.tag).toBeDefined();
  });

  it.each<[what: string, change: object]>([
    ['has no rotation', { rotation: undefined }],
    ['names no overlap', { rotation: new OktaDialect().rotation }],
    [
      'names a recipe without overlap',
      { rotation: { ...new KeycloakDialect().rotation, overlap: '2h' } },
    ],
    ['has another secret since', { client_secret: 'by hand' }],
  ])('removes the tag only if the document %s', async (_what, change) => {
    const world = await due(new OktaDialect());
    const { length } = world.dialect.calls;
    world.secret.change('later', change);
    expect(await world.searchOnce()).toEqual({ step: 'remove', removed: [] });
    expect(world.tag).toBeUndefined();
    expect(world.dialect.calls).toHaveLength(length);
    expect((await world.secrets.describe(ARN)).stages['later']).toContain('AWSCURRENT');
  });

  it('is no rotation that Secrets Manager repeats', async () => {
    const world = await due(new OktaDialect());
    world.killing.beside = () => {
      if (world.secret.unfinished !== undefined) world.killing.at ??= world.killing.calls;
    };
    await world.killing.survive(async () => {
      if (world.killing.kills === 0) await world.searchOnce();
    });
    const lock = world.secret.unfinished as string;
    const { length } = world.dialect.calls;
    await expect(world.rotateTo(lock)).rejects.toMatchObject({
      code: 'version_conflict',
      message: expect.stringMatching(/failed at step create: The old secret .* is being removed/),
    });
    expect(world.dialect.calls).toHaveLength(length);
    await world.search();
    await expectEnded(world);
  });

  it('ends with the error of Secrets Manager if the secrets cannot be listed', async () => {
    const world = new OverlapWorld(new OktaDialect());
    world.secrets.list = async () => {
      throw new VendError('secrets_unavailable');
    };
    await expect(world.searchOnce()).rejects.toMatchObject({ code: 'secrets_unavailable' });
  });
});
