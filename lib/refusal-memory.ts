import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';

const REMEMBERED_FOR = 30_000;

interface Memory {
  /** When each refused version may be tried again: milliseconds since the Unix epoch. */
  readonly until: Map<string, number>;
  /** The version that the server took last. */
  accepted: string | undefined;
}

/**
 * Remembers for 30 s which versions of a secret the authorization server refused, so that it sees a wrong one at most once
 * in that time. Where it refuses the very version that it took last, it has changed: what it refused before may be right by
 * now, and is forgotten.
 */
export class RefusalMemory {
  readonly #clock: Clock;
  readonly #memories = new BoundedMap<string, Memory>(1_000);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds for which this version is not tried again; 0 where it may be. */
  secondsLeft(credential: string, versionId: string): number {
    const until = this.#memories.get(credential)?.until.get(versionId) ?? 0;
    return Math.max(0, Math.ceil((until - this.#clock.now()) / 1000));
  }

  refused(credential: string, versionId: string): void {
    const now = this.#clock.now();
    const memory = this.#memoryOf(credential);
    const changed = memory.accepted === versionId;
    const remembered = changed ? [] : [...memory.until].filter(([, until]) => until > now);
    this.#memories.set(credential, {
      until: new Map([...remembered, [versionId, now + REMEMBERED_FOR]]),
      accepted: changed ? undefined : memory.accepted,
    });
  }

  accepted(credential: string, versionId: string): void {
    const memory = this.#memoryOf(credential);
    memory.accepted = versionId;
    memory.until.delete(versionId);
    this.#memories.set(credential, memory);
  }

  #memoryOf(credential: string): Memory {
    return this.#memories.get(credential) ?? { until: new Map(), accepted: undefined };
  }
}
