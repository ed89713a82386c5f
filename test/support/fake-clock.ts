import type { Clock } from '../../lib/time/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that only the test moves. Timers fire in order while it moves. Promises settle between
 * them, so that a whole retry with its waits takes no real time.
 */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 10, 23, 12);
  #uuids = 0;
  readonly #number: number;
  readonly #timers = new Set<Timer>();
  /** Result of `random`. 1 makes full jitter its upper bound. */
  chance = 0.5;

  /**
   * @param number distinguishes its identifiers from those of other clocks
   */
  constructor(number = 0) {
    this.#number = number;
  }

  now = (): number => this.#now;

  random = (): number => this.chance;

  uuid = (): string => {
    this.#uuids += 1;
    return `01900000-0000-7000-8${String(this.#number).padStart(3, '0')}-${String(this.#uuids).padStart(12, '0')}`;
  };

  startTimer = (milliseconds: number, callback: () => void): (() => void) => {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Moves time without firing timers, for code without timers. */
  skip(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (let next = this.#nextTimer(end); next !== undefined; next = this.#nextTimer(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = end;
  }

  /**
   * Moves time until `work` ends, at most a simulated day.
   *
   * @param isBusy whether work that needs no time of this clock is under way, such as a real
   *   request. Time stands still meanwhile
   */
  async runUntilDone<T>(work: Promise<T>, isBusy = () => false): Promise<T> {
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => undefined);
    await settle();
    for (let step = 0; !done && step < 10_000; step += 1) {
      while (isBusy()) await settle();
      if (done) break;
      const next = this.#nextTimer(this.#now + 86_400_000);
      if (next === undefined) break;
      await this.advance(next.at - this.#now);
    }
    return await finished;
  }

  #nextTimer(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets every pending promise settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1)
    await new Promise<void>((resolve) => setImmediate(resolve));
}
