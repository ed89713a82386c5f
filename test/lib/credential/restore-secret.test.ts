import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorSecrets } from '../../../lib/credential/operator-secrets.ts';
import { ServiceError } from '../../../local/service-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';

const NAME = 'token-vending/support/crm-api';
const NEW = { name: NAME, text: '{"n":2}', kmsKeyId: 'alias/own', tags: { app: 'x' } };
const enough = new Error('enough');
const denied = new ServiceError('AccessDeniedException', 'No.');

let world: OperatorWorld;
let stop: AbortController;
let clock: FakeClock;
let secrets: OperatorSecrets;

beforeEach(async () => {
  world = await openOperatorWorld();
  stop = new AbortController();
  clock = new FakeClock();
  secrets = await OperatorSecrets.open({ ...world.config, maxAttempts: 1 }, stop.signal, clock);
  await secrets.create({ name: NAME, text: '{"n":1}' });
  await secrets.delete(NAME, 7);
  world.manager.calls.clear();
});
afterEach(async () => {
  secrets.close();
  expect(clock.pendingTimers).toBe(0);
  await world.close();
});

const stored = () => world.manager.store.find(NAME);
const textOf = (stage: string) =>
  stored()?.versions.find(({ stages }) => stages.includes(stage))?.text;

/** Starts a call and catches its outcome, so that an early rejection is not unhandled. */
function restoring(): Promise<unknown> {
  const call = secrets.createOrRestore(NEW);
  call.catch(() => undefined);
  return call;
}

describe('a secret that is created although it is scheduled for deletion', () => {
  it('is restored with the new document, key and tags, and keeps its earlier version', async () => {
    const { arn, versionId } = await secrets.createOrRestore(NEW);
    expect(arn).toBe(stored()?.arn);
    expect(await secrets.read(NAME)).toMatchObject({
      versionId,
      text: '{"n":2}',
      kmsKeyId: 'alias/own',
    });
    expect(textOf('AWSPREVIOUS')).toBe('{"n":1}');
    expect(stored()?.tags).toEqual([{ Key: 'app', Value: 'x' }]);
  });

  it('is restored without tags if the new secret has none', async () => {
    await secrets.createOrRestore({ name: NAME, text: '{"n":2}' });
    expect([...world.manager.calls.keys()]).toEqual([
      'CreateSecret',
      'RestoreSecret',
      'UpdateSecret',
    ]);
    expect(textOf('AWSCURRENT')).toBe('{"n":2}');
  });

  it('stays scheduled for deletion if it may not be restored', async () => {
    world.manager.faults.set('RestoreSecret', denied);
    await expect(restoring()).rejects.toMatchObject({ exception: 'AccessDeniedException' });
    expect(stored()?.deletedAt).toBeDefined();
  });

  it.each(['UpdateSecret', 'TagResource'])(
    'is scheduled for deletion again if %s is refused',
    async (operation) => {
      world.manager.faults.set(operation, denied);
      await expect(restoring()).rejects.toMatchObject({ exception: 'AccessDeniedException' });
      expect(stored()?.deletedAt).toBeDefined();
      world.manager.faults.clear();
      await secrets.createOrRestore(NEW);
      expect(textOf('AWSCURRENT')).toBe('{"n":2}');
    },
  );

  it('is unconfirmed if its deletion is refused too', async () => {
    world.manager.faults.set('UpdateSecret', denied);
    world.manager.faults.set('DeleteSecret', denied);
    await expect(restoring()).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
      response: { exception: 'AccessDeniedException' },
    });
  });

  it('is unconfirmed if the service fails at both writes', async () => {
    const failure = new ServiceError('InternalServiceError', 'No.', 500);
    world.manager.faults.set('UpdateSecret', failure);
    world.manager.faults.set('DeleteSecret', denied);
    await expect(restoring()).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
      response: { exception: 'InternalServiceError' },
    });
  });

  it('is refused as before if it has been deleted for good meanwhile', async () => {
    const missing = new ServiceError('ResourceNotFoundException', 'No.');
    world.manager.faults.set('RestoreSecret', missing);
    await expect(restoring()).rejects.toMatchObject({
      exception: 'InvalidRequestException',
      advice: expect.stringContaining('or wait'),
    });
  });
});

describe('an operator who interrupts while a secret is restored', () => {
  it('gets the new document all the same', async () => {
    const respond = world.hold('RestoreSecret');
    const done = restoring();
    await world.called('RestoreSecret');
    stop.abort(enough);
    respond();
    await done;
    expect(textOf('AWSCURRENT')).toBe('{"n":2}');
  });

  it('restores nothing if the interrupt is earlier', async () => {
    const respond = world.hold('CreateSecret');
    const done = restoring();
    await world.called('CreateSecret');
    stop.abort(enough);
    respond();
    await expect(done).rejects.toBe(enough);
    expect(stored()?.deletedAt).toBeDefined();
    expect(world.manager.calls.get('RestoreSecret')).toBeUndefined();
  });

  it('learns after 10 seconds that the write is unconfirmed', async () => {
    world.hold('UpdateSecret');
    const done = restoring();
    await world.called('UpdateSecret');
    stop.abort(enough);
    await clock.advance(10_000);
    await expect(done).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
      message: expect.stringContaining('did not respond to UpdateSecret of token-vending/'),
    });
  });
});

describe('a new secret', () => {
  it('is created if no secret has its name', async () => {
    const name = 'token-vending/support/other-api';
    await secrets.createOrRestore({ ...NEW, name });
    expect([...world.manager.calls.keys()]).toEqual(['CreateSecret']);
  });

  it('is refused if a secret has its name', async () => {
    await secrets.createOrRestore(NEW);
    await expect(restoring()).rejects.toMatchObject({ exception: 'ResourceExistsException' });
  });
});
