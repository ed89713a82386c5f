import { beforeAll, describe, expect, it } from '@jest/globals';
import { anchorKey, parseAnchor, writeAnchor } from '../../../lib/audit/anchor.ts';
import { AnchorWorld, NOON } from '../../support/anchor-world.ts';
import { makeGroupedLog, makeLog, openChain, START } from '../../support/audit-world.ts';
import { FakeAuditStore } from '../../support/fake-audit-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let log: Map<string, Uint8Array>;
let start: number;

beforeAll(async () => {
  log = await makeLog(2);
  start = Date.parse(
    (/dt=([\d-]+)/.exec([...log.keys()][0] as string) as RegExpExecArray)[1] as string,
  );
});

const anchorAt = (world: AnchorWorld, sequence: number) =>
  parseAnchor(world.store.objects.get(anchorKey(sequence)) as Uint8Array);

describe('an anchor', () => {
  it('names the last record of each chain, once', async () => {
    const world = new AnchorWorld(log);
    const { key, statement, unreadable } = await world.anchor();
    expect([key, statement.sequence, statement.time]).toEqual([anchorKey(0), 0, NOON]);
    expect([statement.size, unreadable, statement.previous]).toEqual([2, [], undefined]);
    const chains = new Set([...log.keys()].map((one) => one.split('/')[3]));
    const heads = anchorAt(world, 0)?.heads ?? [];
    expect(heads.map(({ chain_uid }) => chain_uid)).toEqual([...chains].sort());
    for (const { sequence } of heads) expect(sequence).toBe(log.size / 2 - 1);
  });

  it('names the last line of an object with several records', async () => {
    const grouped = await makeGroupedLog();
    const world = new AnchorWorld(grouped);
    await world.anchor();
    const lines = [...grouped.values()].flatMap((bytes) =>
      Buffer.from(bytes).toString().split('\n'),
    );
    expect(anchorAt(world, 0)?.heads).toMatchObject([{ sequence: lines.length - 1 }]);
  });

  it('names a chain that goes on the next day by its last record', async () => {
    const { append, clock, store } = openChain(new FakeAuditStore(), new FakeClock(7));
    await append(START);
    clock.skip(DAY);
    await append(START);
    const world = new AnchorWorld(store.objects);
    await world.anchor();
    expect(anchorAt(world, 0)?.heads).toMatchObject([{ sequence: 1 }]);
  });

  it('follows the one before it, and names the chains with records since then', async () => {
    const world = new AnchorWorld(log);
    const first = await world.anchor(start + HOUR);
    const second = await world.anchor(start + 2 * HOUR);
    expect(second.statement.sequence).toBe(1);
    expect(second.statement.previous).toMatch(/^[0-9a-f]{64}$/);
    expect(second.statement.root).toBe(first.statement.root);
    await world.anchor(start + 10 * DAY);
    expect((await world.anchor(start + 10 * DAY + HOUR)).statement.size).toBe(0);
    expect(world.verify().breaks).toEqual([]);
  });

  it('names every chain again after a pause of more than a month, and if the clock went back', async () => {
    const world = new AnchorWorld(log);
    await world.anchor(start + HOUR);
    expect((await world.anchor(start + 400 * DAY)).statement.size).toBe(2);
    expect((await world.anchor(start + HOUR)).statement.size).toBe(2);
  });

  it('leaves out a chain whose last object cannot be read, and says so', async () => {
    const keys = [...log.keys()].sort();
    const last = keys.at(-1) as string;
    const other = log.get(keys[0] as string) as Uint8Array;
    for (const bytes of [Buffer.from('{}'), Uint8Array.of(0xff, 0xfe), other.slice(0, -1), other]) {
      const world = new AnchorWorld(new Map(log).set(last, bytes).set('v1/README.md', bytes));
      const { statement, unreadable } = await world.anchor();
      expect([statement.size, unreadable]).toEqual([1, [last]]);
    }
  });

  it('is stored in the other account as well', async () => {
    const world = new AnchorWorld(log);
    world.copy = new FakeAuditStore();
    const { key } = await world.anchor();
    expect(world.copy.objects).toEqual(new Map([[key, world.store.objects.get(key)]]));
  });

  it('waits until the one before it is in the other account, so that no copy is missing', async () => {
    const world = new AnchorWorld(log);
    world.copy = new FakeAuditStore();
    world.copy.failing = true;
    await expect(world.anchor()).rejects.toMatchObject({ code: 'audit_unavailable' });
    await expect(world.anchor()).rejects.toMatchObject({ code: 'audit_unavailable' });
    world.copy.failing = false;
    const { statement } = await world.anchor();
    expect([statement.sequence, [...world.copy.objects.keys()]]).toEqual([
      1,
      [anchorKey(0), anchorKey(1)],
    ]);
  });

  it('is completed by the next run if a run ends between two of its anchors', async () => {
    const world = new AnchorWorld(log);
    const { statement } = await world.anchor(start + HOUR);
    const interrupted = [
      { ...statement, sequence: 0, continues: true as const },
      { ...statement, sequence: 1, continues: true as const, time: start + 20 * DAY },
    ];
    for (const each of interrupted) {
      const bytes = writeAnchor({ statement: each, heads: [], signature: 'AAAAAAAA' });
      world.store.objects.set(anchorKey(each.sequence), bytes);
    }
    expect((await world.anchor(start + 20 * DAY)).statement).toMatchObject({
      sequence: 2,
      size: 2,
    });
    expect((await world.anchor(start + 20 * DAY)).statement).toMatchObject({
      sequence: 3,
      size: 0,
    });
  });

  it('is not made on top of an object that is not an anchor', async () => {
    for (const forged of ['{}', 'not JSON']) {
      const world = new AnchorWorld(log);
      world.store.objects.set(anchorKey(7), Buffer.from(forged));
      await expect(world.anchor()).rejects.toThrow(/000000000007.json is not an anchor/);
    }
    const world = new AnchorWorld(log);
    const { key } = await world.anchor();
    world.store.objects.set(anchorKey(9), world.store.objects.get(key) as Uint8Array);
    await expect(world.anchor()).rejects.toThrow(/is not an anchor/);
  });

  it('is not stored without a signature', async () => {
    const world = new AnchorWorld(log);
    world.key.signer.sign = async () => {
      throw new Error('KMS is down');
    };
    await expect(world.anchor()).rejects.toThrow('KMS is down');
    expect(world.store.objects.size).toBe(log.size);
  });
});
