// Bounds grow by a quarter, so a percentile is at most 25 % too high.
const GROWTH = 1.25;
const LEAST = 0.1;

/** Durations in milliseconds. Each bucket is a quarter wider than the bucket before it. */
export class LatencyHistogram {
  readonly #buckets = new Map<number, number>();
  #count = 0;

  add(milliseconds: number): void {
    const bucket = Math.ceil(Math.log(Math.max(milliseconds, LEAST) / LEAST) / Math.log(GROWTH));
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** The duration that `share` of all durations do not exceed: the upper bound of its bucket. */
  percentile(share: number): number {
    let left = share * this.#count;
    for (const [bucket, number] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      left -= number;
      if (left <= 0) return LEAST * GROWTH ** bucket;
    }
    return 0;
  }
}
