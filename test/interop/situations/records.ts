import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { verifyLog } from '../../../cli/audit/verify-log.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import type { Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

/** The log of all that was done before, from the bucket. */
export const records: readonly Situation[] = [
  {
    name: 'the audit log',
    expected: 'whole; each token has a record; the record of a JWT names its client',
    run: async (world) => {
      const recorded = new Set<string>();
      const named = new Map<string, readonly string[]>();
      const { breaks } = await verifyLog(copied(world), {
        visit: (record) => {
          const { vend_id, mint_id } = record.unmapped;
          if (vend_id !== undefined) recorded.add(vend_id);
          if (record.metadata.event_code === 'mint') named.set(mint_id ?? '', clientsOf(record));
        },
      });
      const lost = vendIds(world).filter((id) => !recorded.has(id));
      const nameless = [...world.jwts].filter(
        ([mint, client]) => !named.get(mint)?.includes(client),
      );
      return [
        breaks[0]?.kind ?? 'whole',
        lost.length === 0 ? 'each token has a record' : `${lost.length} tokens have none`,
        nameless.length === 0
          ? 'the record of a JWT names its client'
          : `${nameless.length} of ${world.jwts.size} JWTs do not name it`,
      ].join('; ');
    },
  },
];

function clientsOf({ resources }: AuditRecord): string[] {
  return resources.flatMap(({ data }) => {
    const { client_id, sub } = data as { client_id?: string; sub?: string };
    return [client_id, sub].filter((one) => one !== undefined);
  });
}

/** The objects. The search for secrets reads a copy of them when the system stops. */
async function* copied(world: InteropWorld) {
  for await (const object of world.aws.records()) {
    await appendFile(path.join(world.system.directory, 'audit-of-s3.jsonl'), object.content);
    yield object;
  }
}

function vendIds({ system }: InteropWorld): string[] {
  return system.responses.flatMap(({ body }) => /"vend_id":"([^"]+)"/.exec(body)?.[1] ?? []);
}
