import { describe, expect, it } from '@jest/globals';
import {
  anchorKey,
  hashOfStatement,
  hasStatedHeads,
  parseAnchor,
  signedBytes,
  stateHeads,
  writeAnchor,
} from '../../../lib/audit/anchor.ts';
import { NOON } from '../../support/anchor-world.ts';

const head = (number: number) => ({
  chain_uid: `01900000-0000-7000-8000-00000000000${number}`,
  sequence: number,
  fingerprint: String(number).repeat(64),
});

describe('an anchor', () => {
  it('states the same whatever the order of the heads', () => {
    const orders = [
      [1, 2, 3],
      [3, 1, 2],
      [2, 3, 1],
      [3, 2, 1],
    ].map((order) => stateHeads(order.map(head), NOON, undefined));
    for (const stated of orders) expect(stated).toEqual(orders[0]);
    expect(orders[0]?.heads.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('is numbered after the one before it, and contains its hash', () => {
    const { statement: first } = stateHeads([head(1)], NOON, undefined);
    const { statement: second } = stateHeads([], NOON + 1, first);
    expect([first.sequence, first.previous, second.sequence]).toEqual([0, undefined, 1]);
    expect(second.previous).toBe(hashOfStatement(first));
    expect(anchorKey(second.sequence)).toBe('anchors/v1/000000000001.json');
  });

  it('is read as it was written', () => {
    const anchor = { ...stateHeads([head(1)], NOON, undefined), signature: 'AAAAAAAA' };
    expect(parseAnchor(writeAnchor(anchor))).toEqual(anchor);
    expect(hasStatedHeads(anchor)).toBe(true);
  });

  it('is signed in a form that KMS takes, however many heads it has', () => {
    const heads = Array.from({ length: 5_000 }, (_, number) => ({
      ...head(1),
      chain_uid: `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    }));
    expect(signedBytes(stateHeads(heads, NOON, undefined).statement).length).toBeLessThan(4_096);
  });
});
