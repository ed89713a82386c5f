export type Stage = 'policy' | 'secret' | 'metadata' | 'audit' | 'token' | 'verify';

/** How long each stage of one request took, for `Server-Timing` and the audit record. */
export class Stages {
  readonly #stopwatch: () => number;
  readonly #started: number;
  readonly #milliseconds = new Map<Stage, number>();

  /**
   * @param stopwatch milliseconds from any point, with fractions, never going back
   */
  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch;
    this.#started = stopwatch();
  }

  async time<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const started = this.#stopwatch();
    try {
      return await work();
    } finally {
      this.#milliseconds.set(
        stage,
        (this.#milliseconds.get(stage) ?? 0) + this.#stopwatch() - started,
      );
    }
  }

  /** Milliseconds by stage, and in all, to a tenth. */
  toJSON(): Record<string, number> {
    const all = [...this.#milliseconds, ['total', this.#stopwatch() - this.#started] as const];
    return Object.fromEntries(all.map(([stage, time]) => [stage, Math.round(time * 10) / 10]));
  }

  /** Value of the `Server-Timing` header (W3C Server Timing). */
  toServerTiming(): string {
    return Object.entries(this.toJSON())
      .map(([stage, milliseconds]) => `${stage};dur=${milliseconds.toFixed(1)}`)
      .join(', ');
  }
}
