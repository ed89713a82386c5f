import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { OperatorSecrets } from '../../../lib/credential/operator-secrets.ts';
import type { SecretsManagerOptions } from '../../../lib/credential/secrets-manager.ts';
import { ServiceError } from '../../../local/service-error.ts';
import { eventually } from '../../provider/framework/support/eventually.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never } from '../../support/fake-ports.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';

const NAME = 'token-vending/support/crm-api';
const enough = new Error('enough');

let world: OperatorWorld;
let stop: AbortController;
let clock: FakeClock;
let secrets: OperatorSecrets;
let versions: { current: string; pending: string };

const open = (more: SecretsManagerOptions = {}) =>
  OperatorSecrets.open({ ...world.config, ...more }, stop.signal, clock);

/** Catches the outcome of a call, so that an early rejection is not unhandled. */
function started<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}

beforeEach(async () => {
  world = await openOperatorWorld();
  stop = new AbortController();
  clock = new FakeClock();
  secrets = await open();
  const { versionId: current } = await secrets.create({ name: NAME, text: '{}' });
  const { versionId: pending } = await secrets.put(NAME, '{"n":1}', 'AWSPENDING');
  versions = { current, pending };
  world.manager.calls.clear();
});
afterEach(async () => {
  secrets.close();
  expect(clock.pendingTimers).toBe(0);
  await world.close();
});

interface Case {
  readonly operation: string;
  readonly write: () => Promise<unknown>;
  /** The state of the service after the operation. */
  readonly shown: () => unknown;
  readonly expected: unknown;
}

const OTHER = 'token-vending/support/other-api';
const writes: readonly Case[] = [
  {
    operation: 'CreateSecret',
    write: () => secrets.create({ name: OTHER, text: '{}' }),
    shown: () => world.stagesOf(OTHER),
    expected: [['AWSCURRENT']],
  },
  {
    operation: 'PutSecretValue',
    write: () => secrets.put(NAME, '{"n":2}'),
    shown: () => world.stagesOf(NAME),
    expected: [['AWSPREVIOUS'], ['AWSPENDING'], ['AWSCURRENT']],
  },
  {
    operation: 'UpdateSecret',
    write: () => secrets.update(NAME, { text: '{"n":2}', kmsKeyId: 'alias/own' }),
    shown: () => [world.stagesOf(NAME), world.manager.store.find(NAME)?.kmsKeyId],
    expected: [[['AWSPREVIOUS'], ['AWSPENDING'], ['AWSCURRENT']], 'alias/own'],
  },
  {
    operation: 'UpdateSecretVersionStage',
    write: () => secrets.promote(NAME, versions.pending, versions.current),
    shown: () => world.stagesOf(NAME),
    expected: [['AWSPREVIOUS'], ['AWSPENDING', 'AWSCURRENT']],
  },
  {
    operation: 'DeleteSecret',
    write: () => secrets.delete(NAME, 0),
    shown: () => world.stagesOf(NAME),
    expected: undefined,
  },
];

describe.each(writes.map((each) => [each.operation, each] as const))(
  '%s of an operator who interrupts',
  (operation, { write, shown, expected }) => {
    it('is waited for up to 10 seconds, if it was sent', async () => {
      const respond = world.hold(operation);
      const done = started(write());
      await world.called(operation);
      stop.abort(enough);
      await clock.advance(9_999);
      respond();
      await done;
      expect(shown()).toEqual(expected);
    });

    it('ends after 10 seconds without a response, and the error names it', async () => {
      world.hold(operation);
      const done = started(write());
      await world.called(operation);
      stop.abort(enough);
      await clock.advance(10_000);
      await expect(done).rejects.toMatchObject({
        name: 'WriteUnconfirmed',
        message: expect.stringContaining(`did not respond to ${operation} of token-vending/`),
      });
      expect(world.manager.calls.get(operation)).toBe(1);
    });

    it('is not sent after that', async () => {
      stop.abort(enough);
      await expect(write()).rejects.toBe(enough);
      expect(world.manager.calls.size).toBe(0);
    });

    it('is not sent again, if it is refused after that', async () => {
      world.manager.fault = new ServiceError('ThrottlingException', 'Rate exceeded');
      const respond = world.hold(operation);
      const done = started(write());
      await world.called(operation);
      stop.abort(enough);
      respond();
      await expect(done).rejects.toMatchObject({ exception: 'ThrottlingException' });
      expect(world.manager.calls.get(operation)).toBe(1);
    });

    it('is unconfirmed, if the service fails after that', async () => {
      const respond = world.hold(operation);
      const done = started(write());
      await world.called(operation);
      stop.abort(enough);
      respond(new ServiceError('InternalServiceError', 'No.', 500));
      await expect(done).rejects.toMatchObject({
        name: 'WriteUnconfirmed',
        response: { exception: 'InternalServiceError', status: 500 },
      });
      expect(shown()).toEqual(expected);
    });

    it('is unconfirmed, if the connection is lost after that', async () => {
      world.hold(operation);
      const done = started(write());
      await world.called(operation);
      stop.abort(enough);
      await world.manager.close();
      await expect(done).rejects.toMatchObject({ name: 'WriteUnconfirmed' });
    });
  },
);

describe('an operator who interrupts', () => {
  it('does not wait for a read', async () => {
    world.hold('DescribeSecret');
    const done = started(secrets.read(NAME));
    await world.called('DescribeSecret');
    stop.abort(enough);
    await expect(done).rejects.toBe(enough);
    await expect(secrets.read(NAME)).rejects.toBe(enough);
    expect([...world.manager.calls]).toEqual([['DescribeSecret', 1]]);
  });

  it('does not wait for AWS credentials', async () => {
    secrets.close();
    const requested = Promise.withResolvers<void>();
    const credentials = async () => {
      requested.resolve();
      return await never();
    };
    secrets = await open({ credentials });
    const done = started(secrets.put(NAME, '{}'));
    await requested.promise;
    stop.abort(enough);
    await expect(done).rejects.toBe(enough);
    expect(world.manager.calls.size).toBe(0);
  });

  it('does not wait for the next attempt at a write', async () => {
    secrets.close();
    const waiting = retryNever();
    secrets = await open({ retryStrategy: waiting.strategy });
    world.manager.fault = new ServiceError('ThrottlingException', 'Rate exceeded');
    const done = started(secrets.put(NAME, '{}'));
    await waiting.begun;
    stop.abort(enough);
    await expect(done).rejects.toBe(enough);
    expect(world.manager.calls.get('PutSecretValue')).toBe(1);
  });

  it('sends no write, if AWS credentials arrive after that', async () => {
    secrets.close();
    const requested = Promise.withResolvers<void>();
    const given = Promise.withResolvers<{ accessKeyId: string; secretAccessKey: string }>();
    const credentials = async () => {
      requested.resolve();
      return await given.promise;
    };
    const attempts: Promise<unknown>[] = [];
    const handler = new NodeHttpHandler();
    const handle: typeof handler.handle = (request, options) => {
      attempts.push(started(handler.handle(request, options)));
      return attempts[0] as ReturnType<typeof handler.handle>;
    };
    secrets = await open({ credentials, requestHandler: { handle } });
    const done = started(secrets.put(NAME, '{}'));
    await requested.promise;
    stop.abort(enough);
    await expect(done).rejects.toBe(enough);
    given.resolve(world.config.credentials as never);
    await expect(eventually(() => attempts[0])).rejects.toMatchObject({ name: 'AbortError' });
    expect(world.manager.calls.size).toBe(0);
  });

  it('sees that a write may have been carried out, if its connection was lost before that', async () => {
    secrets.close();
    const waiting = retryNever();
    secrets = await open({ retryStrategy: waiting.strategy });
    world.hold('PutSecretValue');
    const done = started(secrets.put(NAME, '{"n":2}'));
    await world.called('PutSecretValue');
    await world.manager.close();
    await waiting.begun;
    stop.abort(enough);
    await expect(done).rejects.toMatchObject({ name: 'WriteUnconfirmed' });
  });

  it('can still abandon a pending version, for 10 seconds', async () => {
    stop.abort(enough);
    await clock.advance(9_999);
    await secrets.abandon(NAME, versions.pending);
    expect(world.stagesOf(NAME)).toEqual([['AWSCURRENT'], []]);
    await clock.advance(1);
    await expect(secrets.abandon(NAME, versions.pending)).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
    });
    expect(world.manager.calls.get('UpdateSecretVersionStage')).toBe(1);
  });

  it('waits for nothing after those 10 seconds, AWS credentials included', async () => {
    secrets.close();
    secrets = await open({ credentials: never });
    stop.abort(enough);
    await clock.advance(10_000);
    await expect(secrets.abandon(NAME, versions.pending)).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
    });
  });

  it('learns whether a version is the current one, for 10 seconds', async () => {
    stop.abort(enough);
    await clock.advance(9_999);
    expect(await secrets.isCurrent(NAME, versions.current)).toBe(true);
    expect(await secrets.isCurrent(NAME, versions.pending)).toBe(false);
    await clock.advance(1);
    await expect(secrets.isCurrent(NAME, versions.current)).rejects.toThrow();
    expect(world.manager.calls.get('DescribeSecret')).toBe(2);
  });

  it('waits for the same 10 seconds for abandoning a pending version', async () => {
    world.hold('UpdateSecretVersionStage');
    stop.abort(enough);
    await clock.advance(4_000);
    const done = started(secrets.abandon(NAME, versions.pending));
    await world.called('UpdateSecretVersionStage');
    await clock.advance(6_000);
    await expect(done).rejects.toMatchObject({ name: 'WriteUnconfirmed' });
  });
});

describe('an operator whose write fails inside the service', () => {
  const serviceError = new ServiceError('InternalServiceError', 'No.', 500);

  beforeEach(async () => {
    secrets.close();
    secrets = await open({ maxAttempts: 2, retryStrategy: retryAtOnce() });
  });

  it.each(writes.map((each) => [each.operation, each] as const))(
    'learns that %s is unconfirmed',
    async (operation, { write }) => {
      world.manager.faults.set(operation, serviceError);
      await expect(write()).rejects.toMatchObject({
        name: 'WriteUnconfirmed',
        message: 'Secrets Manager: No. (InternalServiceError)',
        response: { exception: 'InternalServiceError' },
      });
      expect(world.manager.calls.get(operation)).toBe(2);
    },
  );

  it('sees that it is unconfirmed, also if the next attempt is refused', async () => {
    const respond = world.hold('PutSecretValue');
    const done = started(secrets.put(NAME, '{"n":2}'));
    await world.called('PutSecretValue');
    world.manager.fault = new ServiceError('AccessDeniedException', 'No.');
    respond(serviceError);
    await expect(done).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
      response: { exception: 'AccessDeniedException' },
    });
    expect(world.stagesOf(NAME)?.at(-1)).toEqual(['AWSCURRENT']);
  });

  it('has deleted a secret if the next attempt does not find it', async () => {
    const respond = world.hold('DeleteSecret');
    const done = started(secrets.delete(NAME, 0));
    await world.called('DeleteSecret');
    respond(serviceError);
    await done;
    expect(world.stagesOf(NAME)).toBeUndefined();
    expect(world.manager.calls.get('DeleteSecret')).toBe(2);
  });

  it('sees that a version may still be pending', async () => {
    world.manager.faults.set('UpdateSecretVersionStage', serviceError);
    await expect(secrets.abandon(NAME, versions.pending)).rejects.toMatchObject({
      name: 'WriteUnconfirmed',
      response: { exception: 'InternalServiceError' },
    });
  });

  it('sees only the error of a read', async () => {
    world.manager.faults.set('DescribeSecret', serviceError);
    await expect(secrets.read(NAME)).rejects.toMatchObject({ name: 'SecretsError', status: 500 });
  });
});

describe('an operator who reads', () => {
  it('gets the current version and its key', async () => {
    expect(await secrets.read(NAME)).toEqual({
      arn: world.manager.store.find(NAME)?.arn,
      versionId: versions.current,
      kmsKeyId: undefined,
      text: '{}',
    });
  });

  it('gets nothing of a secret that does not exist, or is scheduled for deletion', async () => {
    expect(await secrets.read(OTHER)).toBeUndefined();
    await secrets.delete(NAME, 7);
    expect(await secrets.read(NAME)).toBeUndefined();
    await secrets.delete(OTHER, 7);
  });
});

/** A strategy of two attempts without a pause. */
function retryAtOnce() {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (
      before: ReturnType<typeof token>,
      { error }: { error?: unknown },
    ) => {
      if (before.getRetryCount() > 0) throw error;
      return token(1);
    },
    recordSuccess: () => undefined,
  };
}

/** A strategy that waits for ever before the second attempt, and reports when that wait starts. */
function retryNever() {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
  const strategy = {
    acquireInitialRetryToken: async () => token,
    refreshRetryTokenForRetry: async () => {
      resolve();
      return await never();
    },
    recordSuccess: () => undefined,
  };
  return { begun, strategy };
}
