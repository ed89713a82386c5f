import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalForm, fingerprintOf, hashOf } from '../../../lib/audit/fingerprint.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let records: AuditRecord[];

beforeAll(async () => {
  records = await recordsOfEveryKind();
});

/** The same value with the members of each object in reverse order. */
function reversed<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed) as T;
  const members = Object.entries(value).map(([name, member]) => [name, reversed(member)]);
  return Object.fromEntries(members.reverse()) as T;
}

describe('the canonical form of a record', () => {
  it('is the same for the same members in any order, and contains all of them', () => {
    for (const record of records) {
      expect(canonicalForm(reversed(record))).toBe(canonicalForm(record));
      expect(JSON.parse(canonicalForm(record))).toEqual(record);
    }
  });

  it('sorts members by UTF-16 code unit, without white space, and leaves out what is undefined', () => {
    const [record] = records as [AuditRecord];
    const text = canonicalForm({ ...record, src_endpoint: { name: '\u20ac\n', ip: undefined } });
    expect(text).toMatch(/^\{"activity_id":99,"actor":\{"app_name":"token-vending"\},"api":\{/);
    expect(text).toContain('"src_endpoint":{"name":"\u20ac\\n"}');
  });

  it('does not exist if a string contains a lone surrogate', () => {
    const [record] = records as [AuditRecord];
    expect(() => canonicalForm({ ...record, status_code: '\ud800' })).toThrow('surrogate');
  });
});

describe('the fingerprint of a record', () => {
  it('is the SHA-256 of the canonical form without the fingerprint', () => {
    for (const record of records) {
      const text = canonicalForm(record);
      const { value } = record.unmapped.attestation.fingerprint;
      const member = `"fingerprint":{"algorithm":"SHA-256","algorithm_id":3,"value":"${value}"}`;
      const unsealed = text.replace(member, '').replace(',,', ',').replace(',}', '}');
      expect(createHash('sha256').update(unsealed).digest('hex')).toBe(value);
      expect(hashOf(JSON.parse(unsealed))).toBe(value);
      expect(fingerprintOf(record)).toBe(value);
    }
  });

  it('does not depend on the fingerprint in the record', () => {
    for (const record of records) {
      const { attestation } = record.unmapped;
      const fingerprint = { ...attestation.fingerprint, value: '0'.repeat(64) };
      const changed = { ...record.unmapped, attestation: { ...attestation, fingerprint } };
      expect(fingerprintOf({ ...record, unmapped: changed })).toBe(attestation.fingerprint.value);
    }
  });
});
