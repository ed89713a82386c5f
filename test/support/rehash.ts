import { canonicalForm, fingerprintOf } from '../../lib/audit/fingerprint.ts';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';

/**
 * A log after somebody changed a record and hashed the rest of its chain again. Each record is an
 * object of its own.
 *
 * @param key of the record
 */
export function rehash(
  log: ReadonlyMap<string, Uint8Array>,
  key: string,
  change: (record: AuditRecord) => void,
): Map<string, Uint8Array> {
  const chain = key.split('/')[3] as string;
  const forged = new Map(log);
  const rest = [...log.keys()].filter((one) => one.includes(chain) && one >= key).sort();
  let previous: string | undefined;
  for (const each of rest) {
    const record: AuditRecord = JSON.parse(Buffer.from(log.get(each) as Uint8Array).toString());
    if (each === key) change(record);
    const { attestation } = record.unmapped;
    if (previous !== undefined && attestation.prev_event !== undefined)
      attestation.prev_event.fingerprint.value = previous;
    previous = fingerprintOf(record);
    attestation.fingerprint.value = previous;
    forged.set(each, Buffer.from(canonicalForm(record)));
  }
  return forged;
}
