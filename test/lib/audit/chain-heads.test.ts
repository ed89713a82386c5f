import { beforeAll, describe, expect, it } from '@jest/globals';
import { gatherHeads } from '../../../lib/audit/chain-heads.ts';
import { NOON, readerOf } from '../../support/anchor-world.ts';
import { makeLog } from '../../support/audit-world.ts';

const DAY = 86_400_000;
const signal = new AbortController().signal;
let log: Map<string, Uint8Array>;

beforeAll(async () => {
  log = await makeLog(3);
});

describe('the heads of a log', () => {
  it('are those of all chains, or of the chains with records on some days', async () => {
    const headsOf = async (days?: { from: number; to: number }) =>
      (await gatherHeads(readerOf(log), days, signal)).heads.length;
    expect(await headsOf()).toBe(3);
    expect(await headsOf({ from: NOON - DAY, to: NOON })).toBe(3);
    expect(await headsOf({ from: NOON, to: NOON })).toBe(3);
    expect(await headsOf({ from: NOON - 2 * DAY, to: NOON - DAY })).toBe(0);
    expect(await headsOf({ from: NOON + DAY, to: NOON })).toBe(0);
  });

  it('cost one read of each chain', async () => {
    const reader = readerOf(log);
    const read: string[] = [];
    const counting = {
      ...reader,
      read: async (key: string) => {
        read.push(key);
        return await reader.read(key, signal);
      },
    };
    await gatherHeads(counting, undefined, signal);
    expect(read).toHaveLength(3);
  });

  it('do not come from an object whose record is of another chain', async () => {
    const [first = '', , ...others] = [...log.keys()].sort();
    const last = others.at(-1) as string;
    const moved = new Map(log).set(last, log.get(first) as Uint8Array);
    const { heads, unreadable } = await gatherHeads(readerOf(moved), undefined, signal);
    expect([heads.length, unreadable]).toEqual([2, [last]]);
  });
});
