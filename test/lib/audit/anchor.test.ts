import { describe, expect, it } from '@jest/globals';
import {
  type AnchorStatement,
  anchorKey,
  hashOfStatement,
  hasStatedHeads,
  MOST_HEADS,
  parseAnchor,
  type StatedHeads,
  signedBytes,
  stateHeads,
  writeAnchor,
} from '../../../lib/audit/anchor.ts';
import { LARGEST_OBJECT } from '../../../lib/audit/record-object.ts';
import { NOON } from '../../support/anchor-world.ts';

const head = (number: number) => ({
  chain_uid: `01900000-0000-7000-8000-00000000000${number}`,
  sequence: number,
  fingerprint: String(number).repeat(64),
});

function one(all: readonly StatedHeads[]): StatedHeads {
  expect(all).toHaveLength(1);
  return all[0] as StatedHeads;
}

describe('an anchor', () => {
  it('states the same whatever the order of the heads', () => {
    const orders = [
      [1, 2, 3],
      [3, 1, 2],
      [2, 3, 1],
      [3, 2, 1],
    ].map((order) => stateHeads(order.map(head), NOON, undefined));
    for (const stated of orders) expect(stated).toEqual(orders[0]);
    expect(orders[0]?.[0]?.heads.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('is numbered after the one before it, and contains its hash', () => {
    const { statement: first } = one(stateHeads([head(1)], NOON, undefined));
    const { statement: second } = one(stateHeads([], NOON + 1, first));
    expect([first.sequence, first.previous, second.sequence]).toEqual([0, undefined, 1]);
    expect(second.previous).toBe(hashOfStatement(first));
    expect(anchorKey(second.sequence)).toBe('anchors/v1/000000000001.json');
  });

  it('is read as it was written', () => {
    const anchor = { ...one(stateHeads([head(1)], NOON, undefined)), signature: 'AAAAAAAA' };
    expect(parseAnchor(writeAnchor(anchor))).toEqual(anchor);
    expect(hasStatedHeads(anchor)).toBe(true);
  });

  const manyHeads = (number: number) =>
    Array.from({ length: number }, (_, index) => ({
      ...head(1),
      sequence: Number.MAX_SAFE_INTEGER,
      chain_uid: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    }));

  it('is signed in a form that KMS takes, and read as an object of a log, however many heads it has', () => {
    const stated = one(stateHeads(manyHeads(MOST_HEADS), NOON, undefined));
    expect(signedBytes(stated.statement).length).toBeLessThan(4_096);
    const bytes = writeAnchor({ ...stated, signature: 'A'.repeat(200) });
    expect(bytes.length).toBeLessThan(LARGEST_OBJECT);
  });

  it('continues in the next one if it has too many heads', () => {
    const all = stateHeads(manyHeads(2 * MOST_HEADS + 1), NOON, undefined);
    expect(
      all.map(({ statement }) => [statement.sequence, statement.size, statement.continues]),
    ).toEqual([
      [0, MOST_HEADS, true],
      [1, MOST_HEADS, true],
      [2, 1, undefined],
    ]);
    expect(all[2]?.statement.previous).toBe(hashOfStatement(all[1]?.statement as AnchorStatement));
  });
});
