import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoundedMap } from '../../../lib/time/bounded-map.ts';

/** A simple model of a bounded map: a list, the entry written longest ago first. */
class WrittenList implements Pick<BoundedMap<string, number>, keyof BoundedMap<string, number>> {
  #entries: [key: string, value: number][] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  get(key: string): number | undefined {
    return this.#entries.find(([other]) => other === key)?.[1];
  }

  set(key: string, value: number): void {
    this.delete(key);
    this.#entries = [...this.#entries, [key, value] as [string, number]].slice(-this.#capacity);
  }

  values(): IterableIterator<number> {
    return this.#entries.map(([, value]) => value).values();
  }

  delete(key: string): boolean {
    const before = this.size;
    this.#entries = this.#entries.filter(([other]) => other !== key);
    return this.size < before;
  }

  deleteWhere(matches: (value: number) => boolean): number {
    const before = this.size;
    this.#entries = this.#entries.filter(([, value]) => !matches(value));
    return before - this.size;
  }
}

type Action = (map: Pick<WrittenList, keyof WrittenList>) => unknown;

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const action: fc.Arbitrary<Action> = fc.oneof(
  key.map(
    (name): Action =>
      (map) =>
        map.get(name),
  ),
  fc.tuple(key, fc.nat(9)).map(
    ([name, value]): Action =>
      (map) =>
        map.set(name, value),
  ),
  key.map(
    (name): Action =>
      (map) =>
        map.delete(name),
  ),
  fc.nat(9).map(
    (value): Action =>
      (map) =>
        map.deleteWhere((other) => other === value),
  ),
  fc.constant((map: Pick<WrittenList, keyof WrittenList>) => [...map.values()]),
);

describe('a bounded map', () => {
  it('deletes the entry that was written longest ago, whichever were read', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([undefined, 2, 3, 2]);
  });

  it('keeps an entry that was written again', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
  });

  it('keeps nothing with a capacity of 0', () => {
    const map = new BoundedMap<string, number>(0);
    map.set('a', 1);
    expect([map.get('a'), map.size]).toEqual([undefined, 0]);
  });

  it('equals a list of the entries written last, after any sequence of calls', () => {
    const capacity = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(capacity, fc.array(action, { maxLength: 60 }), (most, actions) => {
        const [map, list] = [new BoundedMap<string, number>(most), new WrittenList(most)];
        const outcomes = (of: Pick<WrittenList, keyof WrittenList>) =>
          actions.map((act) => [act(of), of.size]);
        expect(outcomes(map)).toEqual(outcomes(list));
      }),
      { numRuns: 500 },
    );
  });
});
