import type { AuditBreak } from './break.ts';

// A log full of foreign objects has as many breaks as objects.
const MOST_LISTED = 1_000;

/** The breaks of a log: the first 1,000, and the number of all. */
export class FoundBreaks {
  readonly #listed: AuditBreak[];
  #unlisted: number;

  constructor(listed: readonly AuditBreak[] = [], unlisted = 0) {
    this.#listed = [...listed];
    this.#unlisted = unlisted;
  }

  add(found: AuditBreak): void {
    if (this.#listed.length < MOST_LISTED) this.#listed.push(found);
    else this.#unlisted += 1;
  }

  get listed(): readonly AuditBreak[] {
    return this.#listed;
  }

  /** The number of breaks that are not in the list. */
  get unlisted(): number {
    return this.#unlisted;
  }

  copy(): FoundBreaks {
    return new FoundBreaks(this.#listed, this.#unlisted);
  }
}
