import { describe, expect, it } from '@jest/globals';
import { verifyLog } from '../../../cli/audit/verify-log.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { makeGroupedLog, openChain, START } from '../../support/audit-world.ts';

async function* objectsOf(log: ReadonlyMap<string, Uint8Array>) {
  for (const key of [...log.keys()].sort()) yield { key, content: log.get(key) as Uint8Array };
}

describe('verifying a log with several records in an object', () => {
  it('visits every record, in sequence', async () => {
    const visited: AuditRecord[] = [];
    const { records, breaks } = await verifyLog(objectsOf(await makeGroupedLog()), {
      visit: (record) => visited.push(record),
    });
    expect([visited.length, breaks]).toEqual([records, []]);
    expect(visited.map(({ metadata }) => metadata.sequence)).toEqual(visited.map((_, n) => n));
  });

  it('reports its progress in records', async () => {
    const { chain, clock, store } = openChain();
    const append = () => chain.append(START);
    for (let round = 0; round < 3; round += 1)
      await clock.runUntilDone(Promise.all(Array.from({ length: 700 }, append)));
    const progress: number[] = [];
    const { records } = await verifyLog(objectsOf(store.objects), {
      progress: (count) => progress.push(count),
    });
    expect(records).toBe(2_100);
    expect(store.objects.size).toBeLessThan(30);
    expect(progress.map((count) => Math.floor(count / 1_000))).toEqual([1, 2]);
  });
});
