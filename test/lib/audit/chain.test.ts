import { describe, expect, it } from '@jest/globals';
import { everyKindOfEvent, openChain, START, verify } from '../../support/audit-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('the audit chain of a process', () => {
  it('stores each record before append returns, each naming the one before', async () => {
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

  it('says that it is unavailable while the store fails, and then stores what it owes first', async () => {
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

  it('tries once more, so that a lost answer costs nothing', async () => {
    const { append, store } = openChain();
    store.losingAnswers = 1;
    await append(START);
    expect([store.objects.size, store.attempts]).toEqual([1, 2]);
    store.losingAnswers = 2;
    await expect(append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    await append(START);
    expect(verify(store.objects)).toMatchObject({ records: 3, breaks: [] });
  });

  it('gives each attempt a second, and no more', async () => {
    const { append, store, clock } = openChain();
    store.hanging = 2;
    const started = clock.now();
    await expect(append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(clock.now() - started).toBe(2_000);
    await append(START);
    expect(verify(store.objects)).toMatchObject({ records: 2, breaks: [] });
  });

  it('owes no more than memory can bear: then it refuses without making a record', async () => {
    const { chain, append, store } = openChain();
    store.failing = true;
    for (let owed = 0; owed < 1_000; owed += 1) await append(START).catch(() => undefined);
    const attempts = store.attempts;
    await expect(chain.append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(store.attempts).toBe(attempts);
  });

  it('takes every kind of event', async () => {
    const { append, store } = openChain(undefined, new FakeClock(1));
    for (const event of await everyKindOfEvent()) await append(event);
    expect(verify(store.objects).breaks).toEqual([]);
  });
});
