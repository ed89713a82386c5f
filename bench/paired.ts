import process from 'node:process';

/** Measures once and returns a number of any unit. */
export type Probe = () => number | Promise<number>;

/**
 * Measures several things by turns, A B A B, so that a noisy moment hits all of them alike. Compare what stands in one
 * round; never two runs.
 *
 * @param rounds how often each is measured
 * @param warmUp rounds before, whose samples are thrown away
 * @returns the samples of each thing, by round
 */
export async function measurePaired<Name extends string>(
  probes: Readonly<Record<Name, Probe>>,
  rounds: number,
  warmUp = 0,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(probes) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of names) {
      const sample = await probes[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

/**
 * Microseconds of one call, as the mean of a batch: a single call is too short for the clock.
 *
 * @param batch calls in a row
 */
export function microseconds(work: () => unknown, batch: number): Probe {
  return async () => {
    const started = performance.now();
    for (let call = 0; call < batch; call += 1) await work();
    return ((performance.now() - started) * 1000) / batch;
  };
}

/**
 * Microseconds of CPU time of one call, all threads, as the mean of a batch. A program that takes the
 * processor away in the middle of a long batch does not count, so a long one compares with a short one.
 *
 * @param batch calls in a row
 */
export function cpuMicroseconds(work: () => unknown, batch: number): Probe {
  return async () => {
    const before = process.cpuUsage();
    for (let call = 0; call < batch; call += 1) await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / batch;
  };
}

/** Milliseconds of one call. */
export function milliseconds(work: () => unknown): Probe {
  return async () => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };
}
