export type Stage = 'policy' | 'secret' | 'metadata' | 'audit' | 'token' | 'verify';

/** The durations of the stages of one request, for `Server-Timing` and the audit record. */
export class StageTimes {
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

  /** Milliseconds by stage, and in total, to a tenth. */
  toJSON(): Record<string, number> {
    const rounded: Record<string, number> = {};
    for (const [stage, time] of this.#milliseconds) rounded[stage] = toTenth(time);
    rounded['total'] = toTenth(this.#total());
    return rounded;
  }

  /** Value of the `Server-Timing` header (W3C Server Timing). */
  toServerTiming(): string {
    let text = '';
    for (const [stage, time] of this.#milliseconds) text += `${stage};dur=${time.toFixed(1)}, `;
    return `${text}total;dur=${this.#total().toFixed(1)}`;
  }

  #total(): number {
    return this.#stopwatch() - this.#started;
  }
}

function toTenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** The stopwatch of work that nobody measures. */
export const untimed: Pick<StageTimes, 'time'> = {
  time: async (_stage, work) => await work(),
};
