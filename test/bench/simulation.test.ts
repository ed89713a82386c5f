import { describe, expect, it } from '@jest/globals';
import { leastMints, zipfArrivals } from '../../bench/arrivals.ts';
import { SimulatedClock } from '../../bench/simulated-clock.ts';
import { simulate } from '../../bench/simulation.ts';
import { VendError } from '../../lib/errors/vend-error.ts';

const MINUTE = 60_000;

describe('the simulated clock', () => {
  it('fires timers in the order of their time, whatever the order they were started in', async () => {
    const clock = new SimulatedClock();
    const fired: number[] = [];
    const delays = zipfArrivals(5, 500, 1_000_000).map(
      ({ at }, index) => (at * 7 * (index + 1)) % 1_000_000,
    );
    for (const delay of delays) clock.startTimer(delay, () => fired.push(delay));
    await clock.runToEnd();
    expect(fired).toEqual(delays.toSorted((a, b) => a - b));
  });

  it('moves to each timer, and leaves out those that were cancelled', async () => {
    const clock = new SimulatedClock();
    const start = clock.now();
    const fired: number[] = [];
    const note = () => fired.push(clock.now() - start);
    clock.startTimer(2_000, note);
    clock.startTimer(1_000, note)();
    clock.startTimer(500, () => clock.startTimer(500, note));
    await clock.runToEnd();
    expect(fired).toEqual([1_000, 2_000]);
  });
});

describe('arrivals', () => {
  it('are the same in every run, in order, the first team asking most often', () => {
    const arrivals = zipfArrivals(10, 5_000, 1_000);
    expect(zipfArrivals(10, 5_000, 1_000)).toEqual(arrivals);
    const count = (wanted: number) => arrivals.filter(({ team }) => team === wanted).length;
    expect(count(0) / count(1)).toBeCloseTo(2, 0);
    expect(arrivals.every(({ at }, index) => at >= (arrivals[index - 1]?.at ?? 0))).toBe(true);
  });

  it('need a mint for each team, and one more when a token lives too short', () => {
    const arrivals = [0, 30, 59, 60, 61].map((at) => ({ team: 0, at }));
    expect(leastMints([...arrivals, { team: 1, at: 61 }], 60, 0)).toBe(3);
    expect(leastMints(arrivals, 60, 10)).toBe(2);
  });
});

describe('a simulated function', () => {
  const arrivals = [0, 1, 30, 61].map((minute) => ({ team: 3, at: minute * MINUTE }));

  it('mints when it must, and says what a valid token could have served', async () => {
    const { outcomes, mints } = await simulate({ arrivals, lifetime: 60 * MINUTE });
    expect(mints).toBe(2);
    expect(outcomes.map(({ status, servable }) => [status, servable])).toEqual([
      [200, false],
      [200, true],
      [200, true],
      [200, false],
    ]);
  });

  it('fails where the server does and no token is at hand', async () => {
    const { outcomes } = await simulate({
      arrivals,
      lifetime: 60 * MINUTE,
      trouble: async (at) => {
        if (at > 60 * MINUTE) throw new VendError('upstream_unavailable');
      },
    });
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200, 503]);
  });

  it('survives a rotation that its cached secret does not know of', async () => {
    const { outcomes, mints } = await simulate({
      arrivals: [0, 65, 100].map((second) => ({ team: 1, at: second * 1_000 })),
      lifetime: 150_000,
      version: (at) => (at > 80_000 ? 2 : 1),
    });
    expect([mints, ...outcomes.map(({ status }) => status)]).toEqual([2, 200, 200, 200]);
  });
});
