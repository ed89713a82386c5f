/** Port: reads the objects of a log. Errors are those of the store. */
export interface LogReader {
  /** The keys that begin with `start`, sorted by code unit, below the prefix of the log. */
  keys(start: string, signal: AbortSignal): AsyncIterable<string>;
  /** At most one byte more than `LARGEST_OBJECT`, which shows that the object is larger. */
  read(key: string, signal: AbortSignal): Promise<Uint8Array>;
}
