/** A map of at most `capacity` entries: the one that was not read or written for longest gives way. */
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
    const value = this.#entries.get(key);
    if (value !== undefined) this.#touch(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#touch(key, value);
    if (this.#entries.size > this.#capacity) {
      // A Map keeps insertion order, so the first key is the one untouched for longest.
      this.#entries.delete(this.#entries.keys().next().value as K);
    }
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  /** Deletes every entry that `matches`, and says how many there were. */
  deleteWhere(matches: (value: V) => boolean): number {
    let deleted = 0;
    for (const [key, value] of this.#entries) {
      if (matches(value)) deleted += Number(this.#entries.delete(key));
    }
    return deleted;
  }

  #touch(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
  }
}
