import { describe, expect, it, jest } from '@jest/globals';
import { everyKindOfEvent, openChain, START, verify } from '../../support/audit-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('the audit chain of a process', () => {
  it('stores each record before append returns, each naming the previous one', async () => {
    const { append, store, echoed } = openChain();
    await append(START);
    expect(store.objects.size).toBe(1);
    await append(START);
    const records = [...store.objects].map(([key, bytes]) => ({
      key,
      ...JSON.parse(new TextDecoder().decode(bytes)),
    }));
    const [first, second] = records.map(({ unmapped }) => unmapped.attestation);
    expect(first).not.toHaveProperty('prev_event');
    expect(second.prev_event.fingerprint).toEqual(first.fingerprint);
    expect(records.map(({ metadata }) => metadata.sequence)).toEqual([0, 1]);
    expect(records.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^v1\/[0-9a-f]{2}\/dt=2026-11-23\/[0-9a-f-]{36}\/000000000000\.json$/),
      expect.stringMatching(/000000000001\.json$/),
    ]);
    expect(echoed).toEqual(Object.values(store.texts()));
  });

  it('keeps the order of appends that run at once', async () => {
    const { chain, clock, store } = openChain();
    await clock.runUntilDone(Promise.all(Array.from({ length: 50 }, () => chain.append(START))));
    expect(verify(store.objects)).toMatchObject({ records: 50, chains: 1, breaks: [] });
  });

  it('does not go back in time if the clock is corrected, not even over midnight', async () => {
    const { append, clock, store } = openChain();
    clock.skip(12 * 3_600_000);
    await append(START);
    clock.skip(-30_000);
    await append(START);
    clock.skip(31_000);
    await append(START);
    const times = Object.values(store.texts()).map((text) => JSON.parse(text).time);
    expect(times).toEqual([times[0], times[0], (times[0] as number) + 1_000]);
    expect(verify(store.objects).breaks).toEqual([]);
  });

  it('states the time of a clock that was set back by more, and the verifier reports it', async () => {
    const { append, clock, store } = openChain();
    await append(START);
    clock.skip(-90_000);
    await append(START);
    await append(START);
    const times = Object.values(store.texts()).map((text) => JSON.parse(text).time);
    expect(times.map((time) => time - (times[0] as number))).toEqual([0, -90_000, -90_000]);
    expect(verify(store.objects).breaks).toMatchObject([{ kind: 'time-reversed' }]);
  });

  it('moves on to the next day with the clock, without a break', async () => {
    const { append, clock, store } = openChain();
    await append(START);
    clock.skip(86_400_000);
    await append(START);
    expect([...store.objects.keys()].map((key) => key.split('/')[2])).toEqual([
      'dt=2026-11-23',
      'dt=2026-11-24',
    ]);
    expect(verify(store.objects)).toMatchObject({ chains: 1, breaks: [] });
  });

  it('is unavailable while the store fails, and then stores what it owes first', async () => {
    const { chain, append, store } = openChain();
    await append(START);
    store.failing = true;
    const failed = await Promise.allSettled([chain.append(START), chain.append(START)]);
    expect(failed).toMatchObject([
      { reason: { code: 'audit_unavailable' } },
      { reason: { code: 'audit_unavailable' } },
    ]);
    expect(store.objects.size).toBe(1);
    store.failing = false;
    await append(START);
    expect(verify(store.objects)).toMatchObject({ records: 4, breaks: [] });
  });

  it('retries once, so that a lost response does no harm', async () => {
    const { append, store } = openChain();
    store.losingResponses = 1;
    await append(START);
    expect([store.objects.size, store.attempts]).toEqual([1, 2]);
    store.losingResponses = 2;
    await expect(append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    await append(START);
    expect(verify(store.objects)).toMatchObject({ records: 3, breaks: [] });
  });

  it('ends each attempt after a second', async () => {
    const { append, store, clock } = openChain();
    store.hanging = 2;
    const started = clock.now();
    await expect(append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(clock.now() - started).toBe(2_000);
    await append(START);
    expect(verify(store.objects)).toMatchObject({ records: 2, breaks: [] });
  });

  it('waits longer for a store that cannot be interrupted, such as a busy disk', async () => {
    const { append, store, clock } = openChain();
    const takes = (milliseconds: number) => () =>
      new Promise<void>((resolve) => clock.startTimer(milliseconds, resolve));
    store.delay = takes(4_000);
    await append(START);
    expect(store.attempts).toBe(1);
    store.delay = takes(6_000);
    const started = clock.now();
    await expect(append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(clock.now() - started).toBe(10_000);
  });

  it('owes at most a thousand records: then it fails without making one', async () => {
    const { chain, append, store } = openChain();
    store.failing = true;
    for (let owed = 0; owed < 1_000; owed += 1) await append(START).catch(() => undefined);
    const attempts = store.attempts;
    await expect(chain.append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(store.attempts).toBe(attempts);
  });

  it('accepts every kind of event', async () => {
    const { append, store } = openChain(undefined, new FakeClock(1));
    for (const event of await everyKindOfEvent()) await append(event);
    expect(verify(store.objects).breaks).toEqual([]);
  });
});

describe('records that wait while an object is being stored', () => {
  /** A chain on a store that takes 20 ms. */
  function openSlowChain() {
    const world = openChain();
    world.store.delay = () => new Promise((resolve) => world.clock.startTimer(20, resolve));
    const created = jest.spyOn(world.store, 'create');
    const appendAtOnce = (count: number) =>
      Array.from({ length: count }, () => world.chain.append(START));
    return { ...world, created, appendAtOnce };
  }

  const sequencesIn = (objects: ReadonlyMap<string, Uint8Array>) =>
    [...objects.values()].map((bytes) =>
      new TextDecoder()
        .decode(bytes)
        .split('\n')
        .map((line) => JSON.parse(line).metadata.sequence as number),
    );
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('share the next object: 32 at once take two stores', async () => {
    const { clock, store, appendAtOnce, echoed } = openSlowChain();
    const started = clock.now();
    await clock.runUntilDone(Promise.all(appendAtOnce(32)));
    expect([store.attempts, clock.now() - started]).toEqual([2, 40]);
    expect(sequencesIn(store.objects)).toEqual([[0], numbers(1, 31)]);
    expect(verify(store.objects)).toMatchObject({ records: 32, chains: 1, breaks: [] });
    expect(echoed).toEqual(Object.values(store.texts()).flatMap((text) => text.split('\n')));
  });

  it('are joined by records that arrive when that object is stored', async () => {
    const { clock, store, appendAtOnce } = openSlowChain();
    const again = appendAtOnce(3).map(async (append) => {
      await append;
      await Promise.all(appendAtOnce(1));
    });
    await clock.runUntilDone(Promise.all(again));
    expect(sequencesIn(store.objects)).toEqual([[0], [1, 2, 3], [4, 5]]);
  });

  it('are not reported as stored before their object is', async () => {
    const { clock, store, appendAtOnce } = openSlowChain();
    const stored: number[] = [];
    const appends = appendAtOnce(3).map((append, sequence) =>
      append.then(() => {
        stored.push(sequence);
        expect(sequencesIn(store.objects).flat()).toContain(sequence);
      }),
    );
    await clock.advance(19);
    expect(stored).toEqual([]);
    await clock.advance(1);
    expect(stored).toEqual([0]);
    await clock.runUntilDone(Promise.all(appends));
    expect(stored).toEqual([0, 1, 2]);
  });

  it('let 32 requests at once store 31 times as many records as one at a time', async () => {
    const storedInASecond = async (requests: number) => {
      const { chain, clock } = openSlowChain();
      const end = clock.now() + 1_000;
      let records = 0;
      const work = async () => {
        for (; clock.now() < end; records += 1) await chain.append(START);
      };
      await clock.runUntilDone(Promise.all(Array.from({ length: requests }, work)));
      return records;
    };
    const alone = await storedInASecond(1);
    expect(alone).toBe(50);
    expect((await storedInASecond(32)) / alone).toBeGreaterThanOrEqual(31);
  });

  it('all fail if their object cannot be stored, which is then owed unchanged', async () => {
    const { clock, store, created, appendAtOnce } = openSlowChain();
    const outcomes = Promise.allSettled(appendAtOnce(5));
    await clock.advance(20);
    store.failing = true;
    const [first, ...others] = await clock.runUntilDone(outcomes);
    expect(first).toMatchObject({ status: 'fulfilled' });
    for (const other of others)
      expect(other).toMatchObject({ reason: { code: 'audit_unavailable' } });
    const owed = created.mock.lastCall;
    store.failing = false;
    created.mockClear();
    await clock.runUntilDone(Promise.all(appendAtOnce(2)));
    const [again, next] = created.mock.calls;
    expect([again?.[0], again?.[1]]).toEqual([owed?.[0], owed?.[1]]);
    expect(next?.[0]).toMatch(/000000000005\.json$/);
    expect(created).toHaveBeenCalledTimes(2);
    expect(sequencesIn(store.objects)).toEqual([[0], numbers(1, 4), [5, 6]]);
    expect(verify(store.objects)).toMatchObject({ records: 7, breaks: [] });
  });

  it('are owed behind that object, and share the object after it', async () => {
    const { clock, store, appendAtOnce } = openSlowChain();
    store.failing = true;
    await clock.runUntilDone(Promise.allSettled(appendAtOnce(3)));
    store.failing = false;
    await clock.runUntilDone(Promise.all(appendAtOnce(2)));
    expect(sequencesIn(store.objects)).toEqual([[0], [1, 2, 3, 4]]);
  });

  it('are stored once, even if the response of the store is lost', async () => {
    const { clock, store, appendAtOnce } = openSlowChain();
    const outcomes = Promise.allSettled(appendAtOnce(4));
    await clock.advance(20);
    store.losingResponses = 2;
    expect((await clock.runUntilDone(outcomes)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    await clock.runUntilDone(Promise.all(appendAtOnce(1)));
    expect(sequencesIn(store.objects)).toEqual([[0], [1, 2, 3], [4]]);
    expect(verify(store.objects)).toMatchObject({ records: 5, breaks: [] });
  });

  it('are split by day, so that an object belongs to one day', async () => {
    const { chain, clock, store, appendAtOnce } = openSlowChain();
    const today = appendAtOnce(3);
    clock.skip(86_400_000);
    await clock.runUntilDone(Promise.all([...today, chain.append(START), chain.append(START)]));
    expect(sequencesIn(store.objects)).toEqual([[0], [1, 2], [3, 4]]);
    expect(verify(store.objects)).toMatchObject({ records: 5, breaks: [] });
  });
});
