import { describe, expect, it } from '@jest/globals';
import { awaitStored } from '../../../provider/hiiretail/await-stored.ts';
import { FakeClock } from '../../support/fake-clock.ts';

interface Thing {
  readonly name: string;
  readonly status: string;
}

/** The object that the API shows at each second after the write. */
function watch(shown: (seconds: number) => Thing | undefined) {
  const clock = new FakeClock();
  const begin = clock.now();
  let reads = 0;
  const work = awaitStored<Thing>({
    clock,
    signal: new AbortController().signal,
    read: async () => {
      reads += 1;
      return shown((clock.now() - begin) / 1000);
    },
    differences: ({ name }) => (name === 'new' ? [] : [`name: ${name}`]),
    isPending: ({ status }) => status !== 'Created',
  });
  return {
    work: clock.runUntilDone(work),
    seconds: () => (clock.now() - begin) / 1000,
    reads: () => reads,
  };
}

const created = { name: 'new', status: 'Created' };

describe('reads after a write', () => {
  it('end after one if the API shows the object at once', async () => {
    const { work, reads } = watch(() => created);
    expect(await work).toEqual(created);
    expect(reads()).toBe(1);
  });

  it('are repeated while the object is absent, old or not finished', async () => {
    const { work } = watch((seconds) => {
      if (seconds < 5) return undefined;
      if (seconds < 10) return { name: 'old', status: 'Created' };
      return { name: 'new', status: seconds < 20 ? 'Updating' : 'Created' };
    });
    expect(await work).toEqual(created);
  });

  it('end after 30 seconds if the object does not appear', async () => {
    const { work, seconds } = watch(() => undefined);
    await expect(work).rejects.toMatchObject({ code: 'not_stored' });
    expect(seconds()).toBeLessThanOrEqual(30);
  });

  it('end after a minute if the object stays unchanged or unfinished', async () => {
    const old = watch(() => ({ name: 'old', status: 'Created' }));
    await expect(old.work).rejects.toMatchObject({
      code: 'stored_differently',
      details: { found: { name: 'old' }, messages: ['name: old'] },
    });
    expect(old.seconds()).toBeGreaterThan(50);
    const busy = watch(() => ({ name: 'new', status: 'Creating' }));
    await expect(busy.work).rejects.toMatchObject({ code: 'still_pending' });
    expect(busy.seconds()).toBeLessThanOrEqual(60);
  });
});
