import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { RevocationVerifier } from '../../../lib/audit/verify-revocations.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let intent: AuditRecord;
let revocation: AuditRecord;

beforeAll(async () => {
  const records = await recordsOfEveryKind();
  const ofKind = (kind: string) =>
    records.find(({ metadata }) => metadata.event_code === kind) as AuditRecord;
  [intent, revocation] = [ofKind('revocation-intent'), ofKind('revocation')];
});

const ofRequest = (record: AuditRecord, uid: string, time = record.time): AuditRecord => ({
  ...record,
  time,
  metadata: { ...record.metadata, correlation_uid: uid },
});

function breaksOf(
  records: Iterable<AuditRecord>,
  expiredBefore = Number.NEGATIVE_INFINITY,
): string[] {
  const revocations = new RevocationVerifier();
  const breaks: string[] = [];
  for (const record of records)
    revocations.verify(record, expiredBefore, (kind) => breaks.push(kind));
  return breaks;
}

describe('the verifier of revocations', () => {
  it('finds no break if a revocation was announced, or if nothing came of the announcement', () => {
    expect(breaksOf([intent, revocation])).toEqual([]);
    expect(breaksOf([intent])).toEqual([]);
  });

  it('reports a revocation that was sent without an announcement', () => {
    expect(breaksOf([revocation])).toEqual(['revocation-without-intent']);
    expect(breaksOf([intent, revocation, revocation])).toEqual(['revocation-without-intent']);
    expect(breaksOf([ofRequest(intent, 'another'), revocation])).toHaveLength(1);
  });

  it('reports none if the announcement may have expired', () => {
    expect(breaksOf([revocation], revocation.time)).toEqual([]);
  });

  it('reports an announcement of another token', () => {
    const resources = intent.resources.map((one) => ({ ...one, uid: 'another' }));
    expect(breaksOf([{ ...intent, resources }, revocation])).toHaveLength(1);
    expect(breaksOf([{ ...intent, resources: [] }, revocation])).toHaveLength(1);
  });

  it('needs no announcement if nothing was sent to the server', () => {
    const unmapped = { ...revocation.unmapped, upstream: 'other_credential' as const };
    expect(breaksOf([{ ...revocation, unmapped }])).toEqual([]);
  });

  it('keeps the 50,000 announcements that came last', () => {
    const others = (count: number) =>
      Array.from({ length: count }, (_, turn) => ofRequest(intent, `request ${turn}`));
    expect(breaksOf([intent, ...others(49_999), revocation])).toEqual([]);
    expect(breaksOf([intent, ...others(50_000), revocation])).toHaveLength(1);
  });
});
