/**
 * A map of at most `capacity` entries: if there are more, the entry that was written longest ago is
 * deleted. Reads do not change the order.
 */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    // A map keeps the order in which keys were added. Deleting first moves a rewritten entry to the
    // end.
    this.#entries.delete(key);
    this.#entries.set(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#capacity) break;
      this.#entries.delete(oldest);
    }
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  /** @returns how many entries matched and were deleted */
  deleteWhere(matches: (value: V) => boolean): number {
    const before = this.size;
    for (const [key, value] of this.#entries) if (matches(value)) this.#entries.delete(key);
    return before - this.size;
  }
}
