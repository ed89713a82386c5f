import path from 'node:path';
import { readRecords } from '../../../cli/audit/record-source.ts';
import { verifyLog } from '../../../cli/audit/verify-log.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { REGION } from '../../../local/deployed-functions.ts';

export interface RotationLog {
  /** `whole`, or the kind of the first break. */
  readonly state: string;
  /** Rotations of which the log does not have each step. */
  readonly untold: number;
  /** Steps that were announced again, because their process was killed. */
  readonly repeated: number;
}

const STEPS = ['create', 'set', 'test', 'finish'] as const;

/**
 * What the audit log of a system says about rotations.
 *
 * @param versions ids of the new versions of the secret, one for each rotation
 */
export async function readRotationLog(
  directory: string,
  versions: readonly string[],
): Promise<RotationLog> {
  const kinds = new Map<string, string[]>();
  const location = path.join(directory, 'audit');
  const { signal } = new AbortController();
  const options = { region: REGION, profile: undefined, pathStyle: true, signal };
  const { breaks } = await verifyLog(readRecords(location, options), {
    visit(record) {
      const { rotation_step: step } = record.unmapped;
      if (step === undefined) return;
      const key = keyOf(versionOf(record), step);
      const kind = `${record.time}:${record.metadata.event_code}:${record.status_id}`;
      kinds.set(key, [...(kinds.get(key) ?? []), kind]);
    },
  });
  const told = versions.map((version) =>
    STEPS.every((step) => isTold(kinds.get(keyOf(version, step)) ?? [])),
  );
  const announced = [...kinds.values()].flat().filter((kind) => kind.includes(ANNOUNCED));
  return {
    state: breaks[0]?.kind ?? 'whole',
    untold: told.filter((isOne) => !isOne).length,
    repeated: announced.length - STEPS.length * versions.length,
  };
}

const ANNOUNCED = ':rotation-intent:';
const DONE = ':rotation:1';

/** Each process has its own chain, so the records of a step are in several objects. */
function isTold(kinds: readonly string[]): boolean {
  const inOrder = [...kinds].sort();
  return inOrder[0]?.includes(ANNOUNCED) === true && inOrder.some((kind) => kind.endsWith(DONE));
}

function keyOf(version: string, step: string): string {
  return `${version}/${step}`;
}

function versionOf({ resources }: AuditRecord): string {
  const client = resources.find(({ type }) => type === 'oauth2.client');
  return String((client?.data as { secret_version_id?: string } | undefined)?.secret_version_id);
}
