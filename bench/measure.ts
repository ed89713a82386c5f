/** What one thing cost, in microseconds. */
export interface Measurement {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
}

/**
 * Times each of several things in turn, round after round, so that a noisy moment hits all of them alike: compare what
 * stands in one run, never two runs.
 *
 * @param rounds how often each is timed
 * @param batch calls in one timing, where one call is too short for the clock
 */
export async function measureInTurn(
  things: Readonly<Record<string, () => unknown>>,
  rounds: number,
  batch = 1,
): Promise<Measurement[]> {
  const samples = new Map(Object.keys(things).map((name) => [name, new Float64Array(rounds)]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of Object.entries(things)) {
      const started = performance.now();
      for (let call = 0; call < batch; call += 1) await run();
      (samples.get(name) as Float64Array)[round] = ((performance.now() - started) * 1000) / batch;
    }
  }
  return [...samples].map(([name, times]) => {
    times.sort();
    const at = (share: number) => times[Math.floor((rounds - 1) * share)] as number;
    return { name, p50: at(0.5), p99: at(0.99) };
  });
}

/** A table for people: microseconds, and how many times the first row. */
export function formatTable(title: string, rows: readonly Measurement[]): string {
  const [first] = rows;
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, p50, p99 }) => {
    const ratio = first === undefined ? 1 : p50 / first.p50;
    return `  ${name.padEnd(width)}  ${p50.toFixed(1).padStart(9)}  ${p99.toFixed(1).padStart(9)}  ${ratio.toFixed(2).padStart(7)}`;
  });
  const head = `  ${''.padEnd(width)}  ${'p50 us'.padStart(9)}  ${'p99 us'.padStart(9)}  ${'ratio'.padStart(7)}`;
  return [title, head, ...lines].join('\n');
}
