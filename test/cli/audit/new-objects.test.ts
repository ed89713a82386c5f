import { describe, expect, it } from '@jest/globals';
import { NewObjects } from '../../../cli/audit/new-objects.ts';
import type { StoredObject } from '../../../cli/audit/record-source.ts';

const CHAIN = 'v1/ab/dt=2026-11-23/01900000-0000-7000-8000-000000000001';
const FORGED = `${CHAIN}/999999999999.json`;
const keyOf = (sequence: number) => `${CHAIN}/${String(sequence).padStart(12, '0')}.json`;

async function* listing(...keys: string[]): AsyncGenerator<StoredObject> {
  for (const key of keys.sort()) yield { key, content: new Uint8Array() };
}

async function* unreadable(key: string): AsyncGenerator<StoredObject> {
  yield { key, content: 'it cannot be read (EACCES)' };
}

async function keysOf(objects: AsyncIterable<StoredObject>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
}

describe('the new objects of a log', () => {
  it('are each object once', async () => {
    const log = new NewObjects();
    expect(await keysOf(log.of(listing(keyOf(0))))).toEqual([keyOf(0)]);
    expect(await keysOf(log.of(listing(keyOf(0), keyOf(1))))).toEqual([keyOf(1)]);
    expect(await keysOf(log.of(listing(keyOf(0), keyOf(1))))).toEqual([]);
  });

  it('are shown even if somebody added an object with the last number of the chain before', async () => {
    const log = new NewObjects();
    await keysOf(log.of(listing(keyOf(0), FORGED)));
    expect(await keysOf(log.of(listing(keyOf(0), keyOf(1), FORGED)))).toEqual([keyOf(1)]);
  });

  it('are those that could not be read before, until they can', async () => {
    const log = new NewObjects();
    for (let times = 0; times < 2; times += 1)
      expect(await keysOf(log.of(unreadable(keyOf(0))))).toEqual([keyOf(0)]);
    for (const expected of [[keyOf(0)], []])
      expect(await keysOf(log.of(listing(keyOf(0))))).toEqual(expected);
  });
});
