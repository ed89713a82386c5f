import * as v from 'valibot';
import type { ReportBreak } from './break.ts';
import { canonicalForm, fingerprintOf } from './fingerprint.ts';
import { LARGEST_OBJECT, MOST_RECORDS } from './record-object.ts';
import { type AuditRecord, auditRecordSchema } from './record-schema.ts';
import { shortText } from './short-text.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// The name of an unknown member is a text of whoever wrote the record.
const LONGEST_PLACE = 100;

/**
 * The lines of an object of the log: one record each. An object that this system cannot have
 * written is not split: each of a million empty lines would cost the time of a record.
 *
 * @returns the reason, in words, if the object cannot be read
 */
export function linesOf(bytes: Uint8Array): readonly string[] | string {
  if (bytes.length > LARGEST_OBJECT) return `it is larger than ${LARGEST_OBJECT} bytes`;
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return 'it is not UTF-8';
  }
  // A line end after the last record makes one line more.
  const lines = text.split('\n', MOST_RECORDS + 2);
  return lines.length > MOST_RECORDS + 1 ? `it has more than ${MOST_RECORDS} records` : lines;
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
    report(
      'outside-schema',
      `${placeOf(v.getDotPath(issue))} does not match the schema of records`,
    );
    return undefined;
  }
  const canonical = canonicalOf(result.output);
  if (canonical === undefined) {
    report('unreadable', 'a text in it is not Unicode');
    return undefined;
  }
  if (canonical !== line || !isSealed(result.output))
    report('altered', 'its fingerprint does not match its content');
  return result.output;
}

function placeOf(path: string | null): string {
  return path === null ? 'it' : shortText(path, LONGEST_PLACE);
}

// A string with a lone surrogate has no canonical form.
function canonicalOf(record: AuditRecord): string | undefined {
  try {
    return canonicalForm(record);
  } catch {
    return undefined;
  }
}

function isSealed(record: AuditRecord): boolean {
  return fingerprintOf(record) === record.unmapped.attestation.fingerprint.value;
}
