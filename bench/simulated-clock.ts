import type { Clock } from '../lib/time/clock.ts';
import { seededRandom } from './seeded-random.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A clock that jumps from one timer to the next: a week in seconds, the same week every time. */
export class SimulatedClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  #uuids = 0;
  // A binary heap by time: a week has millions of timers, most of them deadlines that are cancelled.
  readonly #heap: Timer[] = [];
  readonly random = seededRandom(1);
  readonly now = (): number => this.#now;

  uuid(): string {
    this.#uuids += 1;
    return `01900000-0000-7000-8000-${String(this.#uuids).padStart(12, '0')}`;
  }

  startTimer(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { at: this.#now + milliseconds, callback, cancelled: false };
    this.#push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** Resolves after `milliseconds` of its own time. */
  async delay(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => this.startTimer(milliseconds, resolve));
  }

  /** Fires timers in order until there are none; promises get their turn in between. */
  async runToEnd(): Promise<void> {
    await turn();
    for (let timer = this.#pop(); timer !== undefined; timer = this.#pop()) {
      if (timer.cancelled) continue;
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await turn();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Timer).at <= timer.at) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): Timer | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const child = this.#earlierChild(at);
      if (child === undefined || (heap[child] as Timer).at >= last.at) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  #earlierChild(at: number): number | undefined {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const heap = this.#heap;
    if (left >= heap.length) return undefined;
    if (right >= heap.length) return left;
    return (heap[right] as Timer).at < (heap[left] as Timer).at ? right : left;
  }
}

/** One turn of the event loop: every promise that can settle has. */
async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}
