import type { AuditRecord } from '../../lib/audit/record-schema.ts';

// A record has up to 1 MiB, and 10,000 lines can be requested.
const MOST_CHARACTERS = 16 * 1024 * 1024;

interface Line {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly text: string;
}

/** The latest records of a log by their time, as lines: at most a number, and at most 16 Mi characters. */
export class LatestRecords {
  readonly #most: number;
  readonly #print: (record: AuditRecord) => string;
  #lines: Line[] = [];
  #characters = 0;

  constructor(most: number, print: (record: AuditRecord) => string) {
    this.#most = most;
    this.#print = print;
  }

  add(record: AuditRecord): void {
    const text = this.#print(record);
    this.#lines.push({ time: record.time, text });
    this.#characters += text.length;
    // Sorting at every record would take the time of all lines for each.
    if (this.#lines.length > 2 * this.#most || this.#characters > 1.25 * MOST_CHARACTERS)
      this.#trim();
  }

  /** Oldest first. */
  lines(): readonly string[] {
    this.#trim();
    return this.#lines.map(({ text }) => text);
  }

  #trim(): void {
    const kept: Line[] = [];
    let characters = 0;
    for (const line of this.#lines.sort((a, b) => a.time - b.time).reverse()) {
      characters += line.text.length;
      if (kept.length === this.#most || characters > MOST_CHARACTERS) break;
      kept.push(line);
    }
    this.#lines = kept.reverse();
    this.#characters = kept.reduce((sum, { text }) => sum + text.length, 0);
  }
}
