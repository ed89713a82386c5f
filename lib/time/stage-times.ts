import { VendError } from '../errors/vend-error.ts';

export type Stage =
  | 'policy'
  | 'secret'
  | 'metadata'
  | 'audit'
  | 'token'
  | 'verify'
  | 'revocation'
  | 'introspection';

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

  /** Measures the work, and names the stage in the error that it throws. */
  async time<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
    const started = this.#stopwatch();
    try {
      return await naming(stage, work);
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

/** The same stopwatch for another request that presents a secret than the token request. */
export function timesOf(
  times: Pick<StageTimes, 'time'>,
  request: 'revocation' | 'introspection',
): Pick<StageTimes, 'time'> {
  return { time: (stage, work) => times.time(stage === 'token' ? request : stage, work) };
}

async function naming<T>(stage: Stage, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VendError) error.stage ??= stageOf(stage, error);
    throw error;
  }
}

// The keys are read while a token is verified.
function stageOf(stage: Stage, { code }: VendError): string {
  return stage === 'verify' && code.startsWith('upstream_') ? 'keys' : stage;
}

function toTenth(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** The stopwatch of work that nobody measures. */
export const untimed: Pick<StageTimes, 'time'> = {
  time: async (_stage, work) => await work(),
};
