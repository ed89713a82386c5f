import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { verifyLog } from '../../../cli/audit/verify-log.ts';
import type { Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

/** The log of all that was done before, from the bucket. */
export const records: readonly Situation[] = [
  {
    name: 'the audit log is verified, and has each token that was vended',
    expected: 'whole, each token has its record',
    run: async (world) => {
      const recorded = new Set<string>();
      const { breaks } = await verifyLog(copied(world), {
        visit: ({ unmapped }) => recorded.add(unmapped?.vend_id ?? ''),
      });
      const lost = vendIds(world).filter((id) => !recorded.has(id));
      const log = breaks.length === 0 ? 'whole' : `${breaks[0]?.kind}`;
      return `${log}, ${lost.length === 0 ? 'each token has its record' : `${lost.length} tokens have none`}`;
    },
  },
];

/** The objects. The search for secrets reads a copy of them when the system stops. */
async function* copied(world: InteropWorld) {
  for await (const object of world.aws.records()) {
    await appendFile(path.join(world.system.directory, 'audit-of-s3.jsonl'), object.bytes);
    yield object;
  }
}

function vendIds({ system }: InteropWorld): string[] {
  return system.responses.flatMap(({ body }) => /"vend_id":"([^"]+)"/.exec(body)?.[1] ?? []);
}
