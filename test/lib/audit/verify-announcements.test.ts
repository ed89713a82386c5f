import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { AnnouncementVerifier } from '../../../lib/audit/verify-announcements.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let records: AuditRecord[];

beforeAll(async () => {
  records = await recordsOfEveryKind();
});

const ofKind = (kind: string) =>
  records.find(({ metadata }) => metadata.event_code === kind) as AuditRecord;
const pairOf = (kind: string) => [ofKind(`${kind}-intent`), ofKind(kind)] as const;

const ofRequest = (record: AuditRecord, uid: string): AuditRecord => ({
  ...record,
  metadata: { ...record.metadata, correlation_uid: uid },
});
const ofResource = (record: AuditRecord, type: string): AuditRecord => ({
  ...record,
  resources: record.resources.map((one) => (one.type === type ? { ...one, uid: 'another' } : one)),
});
const withMembers = (record: AuditRecord, members: object): AuditRecord => ({
  ...record,
  unmapped: { ...record.unmapped, ...members },
});

function breaksOf(of: Iterable<AuditRecord>, expiredBefore = Number.NEGATIVE_INFINITY): string[] {
  const announcements = new AnnouncementVerifier();
  const breaks: string[] = [];
  for (const record of of) announcements.verify(record, expiredBefore, (kind) => breaks.push(kind));
  return breaks;
}

describe.each(['revocation', 'registration', 'rotation'])('the verifier of a %s', (kind) => {
  it('finds no break if it was announced, or if nothing came of the announcement', () => {
    const [intent, record] = pairOf(kind);
    expect(breaksOf([intent, record])).toEqual([]);
    expect(breaksOf([intent])).toEqual([]);
  });

  it('reports one without an announcement of its own', () => {
    const [intent, record] = pairOf(kind);
    const expected = [`${kind}-without-intent`];
    expect(breaksOf([record])).toEqual(expected);
    expect(breaksOf([intent, record, record])).toEqual(expected);
    expect(breaksOf([ofRequest(intent, 'another'), record])).toEqual(expected);
    expect(breaksOf([withMembers(intent, ofChain(intent)), record])).toEqual(expected);
  });

  it('reports one of another credential than was announced', () => {
    const [intent, record] = pairOf(kind);
    expect(breaksOf([ofResource(intent, 'oauth2.client'), record])).toHaveLength(1);
    expect(breaksOf([{ ...intent, resources: [] }, record])).toHaveLength(1);
  });

  it('reports none if the announcement may have expired', () => {
    const [, record] = pairOf(kind);
    expect(breaksOf([record], record.time)).toEqual([]);
  });

  it('keeps the 50,000 announcements that came last', () => {
    const [intent, record] = pairOf(kind);
    const others = (count: number) =>
      Array.from({ length: count }, (_, turn) => ofRequest(intent, `request ${turn}`));
    expect(breaksOf([intent, ...others(49_999), record])).toEqual([]);
    expect(breaksOf([intent, ...others(50_000), record])).toHaveLength(1);
  });
});

function ofChain({ unmapped: { attestation } }: AuditRecord) {
  return { attestation: { ...attestation, chain_uid: '01900000-0000-7000-8999-000000000001' } };
}

describe('a revocation', () => {
  it('is of the announced token', () => {
    const [intent, revocation] = pairOf('revocation');
    expect(breaksOf([ofResource(intent, 'oauth2.access_token'), revocation])).toHaveLength(1);
  });

  it('needs no announcement if nothing was sent to the server', () => {
    const revocation = withMembers(ofKind('revocation'), { upstream: 'other_credential' });
    expect(breaksOf([revocation])).toEqual([]);
  });
});

describe('a registration', () => {
  const change = { members: ['scope'], version_before: 'v1', version_after: 'v2', tested: true };

  it.each([
    ['other members', { members: ['issuer'] }],
    ['another version', { version_after: 'v3' }],
    ['no test', { tested: false }],
  ])('is the announced one, and has not %s', (_what, more) => {
    const [intent, record] = pairOf('registration').map((one) =>
      withMembers(one, { registration: change }),
    ) as [AuditRecord, AuditRecord];
    const other = withMembers(record, { registration: { ...change, ...more } });
    expect(breaksOf([intent, record])).toEqual([]);
    expect(breaksOf([intent, other])).toEqual(['registration-without-intent']);
    expect(breaksOf([{ ...intent, activity_id: 4 }, record])).toHaveLength(1);
  });

  it('needs no announcement if the version stays', () => {
    const registration = { ...change, version_after: 'v1' };
    expect(breaksOf([withMembers(ofKind('registration'), { registration })])).toEqual([]);
  });

  it('needs one if a deletion is taken back, which has no version', () => {
    const registration = { members: [], tested: false };
    const record = withMembers(ofKind('registration'), { registration });
    expect(breaksOf([record])).toEqual(['registration-without-intent']);
  });

  it('needs one if the record says nothing of the change', () => {
    const { registration: _, ...unmapped } = ofKind('registration').unmapped;
    expect(breaksOf([{ ...ofKind('registration'), unmapped }])).toHaveLength(1);
  });
});

describe('a step of a rotation', () => {
  it.each([
    ['another step', { rotation_step: 'finish' }],
    ['another recipe', { recipe: 'hydra' }],
  ])('is the announced one, and no %s', (_what, members) => {
    const [intent, rotation] = pairOf('rotation');
    expect(breaksOf([intent, withMembers(rotation, members)])).toHaveLength(1);
  });

  it('is of the announced version of the secret', () => {
    const [intent, rotation] = pairOf('rotation');
    const resources = intent.resources.map((one) =>
      one.type === 'oauth2.client'
        ? { ...one, data: { ...one.data, secret_version_id: 'another' } }
        : one,
    );
    expect(breaksOf([{ ...intent, resources }, rotation])).toHaveLength(1);
  });

  it('that failed was announced, too', () => {
    const [intent, rotation] = pairOf('rotation');
    const failed = { ...rotation, status_id: 2 as const, status_code: 'credential_refused' };
    expect(breaksOf([intent, failed])).toEqual([]);
    expect(breaksOf([failed])).toEqual(['rotation-without-intent']);
  });
});
