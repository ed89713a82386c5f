import { beforeAll, describe, expect, it } from '@jest/globals';
import { LatestRecords } from '../../../cli/audit/latest-records.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let record: AuditRecord;

beforeAll(async () => {
  [record] = (await recordsOfEveryKind()) as [AuditRecord];
});

const at = (time: number) => ({ ...record, time });

describe('the latest records', () => {
  it('are those of the latest times, oldest first, in whatever order they are read', () => {
    const latest = new LatestRecords(3, ({ time }) => String(time));
    for (let time = 0; time < 100; time += 1) latest.add(at((time * 37) % 100));
    expect(latest.lines()).toEqual(['97', '98', '99']);
    expect(latest.lines()).toEqual(['97', '98', '99']);
  });

  it('have at most 16 Mi characters, however long each of them is', () => {
    const latest = new LatestRecords(10_000, ({ time }) => String(time).padEnd(1_000_000));
    for (let time = 0; time < 100; time += 1) latest.add(at(time));
    const lines = latest.lines();
    expect([lines.length, lines.at(-1)?.trim()]).toEqual([16, '99']);
  });
});
