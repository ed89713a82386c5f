import { beforeEach, describe, expect, it } from '@jest/globals';
import { AwaitedRotations } from '../../../lib/credential/awaited-rotations.ts';
import type { Credential } from '../../../lib/credential/source.ts';
import { ROTATED_SECRET_AWAITED_FOR } from '../../../lib/time/time-budget.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const version = (versionId: string, document: object = { rotation: { recipe: 'rfc7592' } }) =>
  ({ id: { team: 'a', name: 'b' }, versionId, document }) as unknown as Credential;
const [OLD, NEW] = [version('old'), version('new')];
const NEVER = new AbortController().signal;

let clock: FakeClock;
let current: Credential;
let reads: number;
let failing: Error | undefined;
let rotations: AwaitedRotations;

beforeEach(() => {
  clock = new FakeClock();
  [current, reads, failing] = [OLD, 0, undefined];
  rotations = new AwaitedRotations(
    {
      reread: async () => {
        reads += 1;
        if (failing !== undefined) throw failing;
        return current;
      },
      expectChange: () => undefined,
    },
    clock,
  );
});

const next = (signal = NEVER, tried: readonly Credential[] = [OLD]) =>
  rotations.next(OLD, (one) => tried.includes(one), signal);

describe('a wait for the secret of a rotation', () => {
  it('ends with the version that is stored meanwhile', async () => {
    const waiting = next();
    await clock.advance(1_000);
    current = NEW;
    await clock.advance(250);
    expect(await waiting).toBe(NEW);
  });

  it('is bounded, and shared by all requests of half a minute', async () => {
    const first = clock.runUntilDone(next());
    expect(await first).toBeUndefined();
    const readsOfFirst = reads;
    expect(await next()).toBeUndefined();
    expect(reads).toBe(readsOfFirst + 1);
    await clock.advance(30_000 - ROTATED_SECRET_AWAITED_FOR);
    const again = next();
    await clock.advance(250);
    current = NEW;
    await clock.advance(250);
    expect(await again).toBe(NEW);
  });

  it('does not begin for a version that nobody has tried, or a document without rotation', async () => {
    current = NEW;
    expect(await next()).toBe(NEW);
    const without = version('old', {});
    expect(await rotations.next(without, () => true, NEVER)).toBeUndefined();
  });

  it('ends without a version if the secret cannot be read', async () => {
    failing = new Error('down');
    expect(await next()).toBeUndefined();
    failing = undefined;
    const waiting = next();
    failing = new Error('down');
    expect(await clock.runUntilDone(waiting)).toBeUndefined();
  });

  it('ends for a request that leaves, and goes on for the others', async () => {
    const leaving = new AbortController();
    const [left, staying] = [next(leaving.signal), next()];
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    current = NEW;
    await clock.advance(250);
    expect(await staying).toBe(NEW);
  });
});
