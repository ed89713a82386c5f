import { ratios, type Summary, summarise } from './statistics.ts';

export type Unit = 'ms' | 'us' | 'MB' | 'KB' | 'x' | 'count' | '%' | 'per s' | 'per 1,000';

/** One number of a group, with its spread. */
export interface Figure extends Summary {
  /** Stable, for budgets.json and for comparing runs: `over-empty`. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly unit: Unit;
  /**
   * What we want of an absolute number. Reported, never asserted: it holds for a quiet machine, and machines differ.
   */
  readonly goal?: number;
}

/** What one group of benchmarks found. */
export interface GroupResult {
  readonly group: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Sentences that belong under the table. */
  readonly notes: readonly string[];
}

export interface GroupOptions {
  /** Fewer rounds, for CI. */
  readonly quick: boolean;
  /** Which deliberate slowdown is built in, to prove that the budgets notice. */
  readonly drill?: Drill;
}

export type Drill = 'busy-wait' | 'eager-import';

/** The figure of samples that were measured. */
export function measured(
  name: string,
  label: string,
  unit: Unit,
  samples: readonly number[],
  goal?: number,
): Figure {
  return { name, label, unit, ...summarise(samples), ...(goal === undefined ? {} : { goal }) };
}

/** The figure of two things that were measured in the same rounds: how many times the baseline. */
export function ratioOf(
  name: string,
  label: string,
  samples: readonly number[],
  baseline: readonly number[],
): Figure {
  return measured(name, label, 'x', ratios(samples, baseline));
}

/** A number without spread: a count, a size. */
export function exactly(name: string, label: string, unit: Unit, value: number): Figure {
  return measured(name, label, unit, [value]);
}
