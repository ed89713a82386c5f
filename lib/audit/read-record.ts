import * as v from 'valibot';
import type { ReportBreak } from './break.ts';
import { canonicalForm, fingerprintOf } from './fingerprint.ts';
import { type AuditRecord, auditRecordSchema } from './record-schema.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The lines of an object of the log: one record each.
 *
 * @returns `undefined` if the bytes are not UTF-8
 */
export function linesOf(bytes: Uint8Array): readonly string[] | undefined {
  try {
    return decoder.decode(bytes).split('\n');
  } catch {
    return undefined;
  }
}

/**
 * Reads a record and proves that it is unaltered: the parsed record is written as canonical JSON
 * and hashed again. The text itself proves nothing.
 *
 * @returns the record if it is one, even if it was altered
 */
export function readRecord(line: string, report: ReportBreak): AuditRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    report('unreadable', 'it is not JSON');
    return undefined;
  }
  const result = v.safeParse(auditRecordSchema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    const place = v.getDotPath(issue) ?? 'it';
    report('outside-schema', `${place} does not match the schema of records`);
    return undefined;
  }
  if (!isSealed(result.output, line))
    report('altered', 'its fingerprint does not match its content');
  return result.output;
}

function isSealed(record: AuditRecord, line: string): boolean {
  try {
    return (
      canonicalForm(record) === line &&
      fingerprintOf(record) === record.unmapped.attestation.fingerprint.value
    );
  } catch {
    // A string with a lone surrogate has no canonical form.
    return false;
  }
}
