import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type AttemptOutcome,
  InterruptibleCalls,
  type Send,
} from '../../../lib/credential/interruptible-calls.ts';
import type { CallOptions } from '../../../lib/credential/secrets-api.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never } from '../../support/fake-ports.ts';

const enough = new Error('enough');
const refused = new Error('refused');
const failed = new Error('failed');
const lost = new Error('lost');
const outcomes = new Map<unknown, AttemptOutcome>([
  [refused, 'refused'],
  [failed, 'failed'],
]);
const unconfirmed = (cause?: unknown) => new Error('unconfirmed', { cause });

let clock: FakeClock;
let stop: AbortController;
let calls: InterruptibleCalls;

beforeEach(() => {
  clock = new FakeClock();
  stop = new AbortController();
  const outcomeOf = (error: unknown) => outcomes.get(error) ?? 'no response';
  calls = new InterruptibleCalls({ clock, stop: stop.signal, outcomeOf });
});
afterEach(() => {
  calls.close();
  expect(clock.pendingTimers).toBe(0);
});

/**
 * A write whose attempts end with these errors. The error of the last attempt is the error of the
 * write.
 */
function failingWith(...errors: readonly Error[]): Send<never> {
  return async ({ attempts }) => {
    for (const error of errors) {
      attempts?.sent();
      attempts?.failed(error);
    }
    throw errors.at(-1);
  };
}

/** A write that the test controls. */
function tellable() {
  let options: CallOptions | undefined;
  const send: Send<never> = async (given) => {
    options = given;
    return await never();
  };
  return {
    send,
    attempts: () => options?.attempts ?? { sent: () => undefined, failed: () => undefined },
    signal: () => options?.signal,
  };
}

describe('a write that nobody interrupts', () => {
  it('returns what the call returns', async () => {
    expect(await calls.write({ send: async () => 'done', unconfirmed })).toBe('done');
  });

  it.each([
    ['a refusal', [refused], refused],
    ['a lost connection', [lost], lost],
    ['an error before anything was sent', [], undefined],
  ])('fails with %s unchanged', async (_what, errors, expected) => {
    await expect(calls.write({ send: failingWith(...errors), unconfirmed })).rejects.toBe(expected);
  });

  it.each([
    ['an error of the service', [failed], failed],
    ['a refusal after an error of the service', [failed, refused], refused],
    ['a refusal after a lost connection', [lost, refused], refused],
  ])('is unconfirmed after %s', async (_what, errors, cause) => {
    const write = calls.write({ send: failingWith(...errors), unconfirmed });
    await expect(write).rejects.toMatchObject({ message: 'unconfirmed', cause });
  });
});

describe('a write that is interrupted', () => {
  it.each([
    ['refused', refused, 'refused'],
    ['unconfirmed after an error of the service', failed, 'unconfirmed'],
    ['unconfirmed after a lost connection', lost, 'unconfirmed'],
  ])('and is under way is %s, and not retried', async (_what, error, message) => {
    const { send, attempts, signal } = tellable();
    const write = calls.write({ send, unconfirmed });
    attempts().sent();
    stop.abort(enough);
    expect(signal()?.aborted).toBe(false);
    attempts().failed(error);
    await expect(write).rejects.toThrow(message);
    expect(signal()?.aborted).toBe(true);
  });

  it.each([
    ['after a refusal', refused, 'enough'],
    ['after an error of the service', failed, 'unconfirmed'],
    ['after a lost connection', lost, 'unconfirmed'],
  ])('between two attempts, %s, ends with: %s', async (_what, error, message) => {
    const { send, attempts } = tellable();
    const write = calls.write({ send, unconfirmed });
    attempts().sent();
    attempts().failed(error);
    stop.abort(enough);
    await expect(write).rejects.toThrow(message);
  });

  it('before its first attempt is not sent', async () => {
    const { send } = tellable();
    const write = calls.write({ send, unconfirmed });
    stop.abort(enough);
    await expect(write).rejects.toBe(enough);
    await expect(calls.write({ send, unconfirmed })).rejects.toBe(enough);
  });

  it('is waited for up to 10 seconds', async () => {
    const { send, attempts } = tellable();
    const write = calls.write({ send, unconfirmed });
    attempts().sent();
    stop.abort(enough);
    const ended = expect(write).rejects.toThrow('unconfirmed');
    await clock.advance(9_999);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    await ended;
  });
});

describe('a read', () => {
  it('fails with what the call throws', async () => {
    await expect(calls.read(failingWith(failed))).rejects.toBe(failed);
  });

  it('ends with the interrupt, whatever the call throws afterwards', async () => {
    const failing: Send<never> = async ({ signal }) => {
      await Promise.resolve();
      stop.abort(enough);
      expect(signal.aborted).toBe(true);
      throw lost;
    };
    await expect(calls.read(failing)).rejects.toBe(enough);
    await expect(calls.read(failing)).rejects.toBe(enough);
  });
});

describe('a write that completes another one', () => {
  it('is also sent after the interrupt, for 10 seconds', async () => {
    stop.abort(enough);
    await clock.advance(9_999);
    expect(await calls.finish({ send: async () => 'done', unconfirmed })).toBe('done');
    const last = calls.finish({ send: never, unconfirmed });
    const ended = expect(last).rejects.toThrow('unconfirmed');
    await clock.advance(1);
    await ended;
    await expect(calls.finish({ send: never, unconfirmed })).rejects.toThrow('unconfirmed');
  });

  it.each([
    ['refused', refused, 'refused'],
    ['lost', lost, 'lost'],
    ['unconfirmed after an error of the service', failed, 'unconfirmed'],
  ])('is %s', async (_what, error, message) => {
    await expect(calls.finish({ send: failingWith(error), unconfirmed })).rejects.toThrow(message);
  });
});
