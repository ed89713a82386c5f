/** What a set of samples says: its middle, and between which values half of them lie. */
export interface Summary {
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
}

/**
 * The value below which `share` of the samples lie, between neighbours in proportion.
 *
 * @param share from 0 to 1
 * @throws RangeError without samples
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('no sample was taken');
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return below + (above - below) * (at - Math.floor(at));
}

/** Medians, since a single disturbed sample moves a mean as far as it likes. */
export function summarise(samples: readonly number[]): Summary {
  return {
    median: quantile(samples, 0.5),
    low: quantile(samples, 0.25),
    high: quantile(samples, 0.75),
  };
}

/**
 * Each sample over the one of the same round: what slows the machine for a moment slows both, and drops out.
 *
 * @throws RangeError where the two were not measured in the same rounds
 */
export function ratios(samples: readonly number[], baseline: readonly number[]): number[] {
  if (samples.length !== baseline.length)
    throw new RangeError('a ratio needs pairs: both must be measured in every round');
  return samples.map((sample, round) => sample / (baseline[round] as number));
}

/** Each sample less the one of the same round. */
export function differences(samples: readonly number[], baseline: readonly number[]): number[] {
  if (samples.length !== baseline.length)
    throw new RangeError('a difference needs pairs: both must be measured in every round');
  return samples.map((sample, round) => sample - (baseline[round] as number));
}
