import { hash } from 'node:crypto';
import type { StoredObject } from './record-source.ts';

/**
 * The objects of a log that were not read before. An object is stored once and does not change, so
 * its key tells. What a record says of its chain and sequence does not: whoever can add an object
 * could hide all that follow. Keeps some 100 bytes for each object.
 */
export class NewObjects {
  readonly #read = new Set<string>();

  /** Yields those of `objects` that no earlier call yielded with their content. */
  async *of(objects: AsyncIterable<StoredObject>): AsyncGenerator<StoredObject> {
    for await (const object of objects) {
      const id = hash('sha256', object.key, 'base64').slice(0, 22);
      if (this.#read.has(id)) continue;
      // What cannot be read now may be readable later.
      if (typeof object.content !== 'string') this.#read.add(id);
      yield object;
    }
  }
}
