interface Entry<K, V> {
  readonly key: K;
  value: V;
  before: Entry<K, V> | undefined;
  after: Entry<K, V> | undefined;
}

/**
 * A map of at most `capacity` entries: the one that was not read or written for longest gives way.
 *
 * Its order is a list beside the map. Taking an entry out of the map and putting it back, to have it last, makes V8 build the
 * map's table anew every few reads; each old table keeps the next one from the young generation's collector, which cost 20 MB.
 */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>();
  readonly #capacity: number;
  #oldest: Entry<K, V> | undefined;
  #newest: Entry<K, V> | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#touch(entry);
    return entry.value;
  }

  set(key: K, value: V): void {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.value = value;
      this.#touch(known);
      return;
    }
    const entry = { key, value, before: undefined, after: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    const oldest = this.#oldest;
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#remove(oldest);
  }

  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(entry);
    return entry !== undefined;
  }

  /** Deletes every entry that `matches`, and says how many there were. */
  deleteWhere(matches: (value: V) => boolean): number {
    const matching = [...this.#entries.values()].filter(({ value }) => matches(value));
    for (const entry of matching) this.#remove(entry);
    return matching.length;
  }

  #touch(entry: Entry<K, V>): void {
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#append(entry);
  }

  #remove(entry: Entry<K, V>): void {
    this.#unlink(entry);
    this.#entries.delete(entry.key);
  }

  #append(entry: Entry<K, V>): void {
    entry.before = this.#newest;
    entry.after = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.after = entry;
    this.#newest = entry;
  }

  #unlink({ before, after }: Entry<K, V>): void {
    if (before === undefined) this.#oldest = after;
    else before.after = after;
    if (after === undefined) this.#newest = before;
    else after.before = before;
  }
}
