import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { timeOfUuid } from '../../../lib/audit/uuid-time.ts';
import { MintVerifier } from '../../../lib/audit/verify-mints.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let intent: AuditRecord;
let mint: AuditRecord;
let vend: AuditRecord;

beforeAll(async () => {
  const records = await recordsOfEveryKind();
  const ofKind = (kind: string) =>
    records.find(({ metadata }) => metadata.event_code === kind) as AuditRecord;
  [intent, mint, vend] = [ofKind('mint-intent'), ofKind('mint'), ofKind('vend')];
});

const ofMint = (record: AuditRecord, mint_id: string): AuditRecord => ({
  ...record,
  unmapped: { ...record.unmapped, mint_id },
});

function breaksOf(
  records: Iterable<AuditRecord>,
  expiredBefore = Number.NEGATIVE_INFINITY,
): string[][] {
  const mints = new MintVerifier();
  const breaks: string[][] = [];
  for (const record of records)
    mints.verify(record, expiredBefore, (...report) => breaks.push(report));
  return breaks;
}

describe('the verifier of mints', () => {
  it('finds no break if a mint was announced, whatever is vended from it', () => {
    expect(breaksOf([intent, mint, vend, vend])).toEqual([]);
    expect(breaksOf([intent])).toEqual([]);
  });

  it('reports a mint that was not announced, or was announced once and made twice', () => {
    const { mint_id } = mint.unmapped;
    const report = ['mint-without-intent', `mint ${mint_id} has no intent record`];
    expect(breaksOf([mint, vend])).toEqual([report]);
    expect(breaksOf([intent, mint, mint])).toEqual([report]);
    expect(breaksOf([ofMint(intent, 'another'), mint])).toEqual([report]);
  });

  it('reports a vend of a mint that is not recorded', () => {
    expect(breaksOf([intent, vend])).toEqual([
      ['vend-without-mint', `mint ${vend.unmapped.mint_id} of this vend has no record`],
    ]);
  });

  it('reports a mint and a vend that name no mint', () => {
    const nameless = (record: AuditRecord) => {
      const { mint_id: _, ...unmapped } = record.unmapped;
      return { ...record, unmapped };
    };
    expect(breaksOf([intent, nameless(mint)]).length).toBe(1);
    expect(breaksOf([intent, mint, nameless(vend)]).length).toBe(1);
  });

  type Data = Extract<AuditRecord['resources'][number], { type: 'oauth2.access_token' }>['data'];
  const withToken = (record: AuditRecord, change: (data: Data) => Data): AuditRecord => ({
    ...record,
    resources: record.resources.map((resource) =>
      resource.type === 'oauth2.access_token'
        ? { ...resource, data: change(resource.data) }
        : resource,
    ),
  });
  const ofCredential = (record: AuditRecord, uid: string): AuditRecord => ({
    ...record,
    resources: record.resources.map((resource) =>
      resource.type === 'oauth2.client' ? { ...resource, uid } : resource,
    ),
  });
  const without = (record: AuditRecord, type: string): AuditRecord => ({
    ...record,
    resources: record.resources.filter((resource) => resource.type !== type),
  });

  it('reports a vend of another token, credential or scope than its mint, as whoever hides a vend writes it', () => {
    const wider = (data: Data) => ({
      ...data,
      scope_granted: [...(data.scope_granted ?? []), 'orders:admin'],
    });
    const unscoped = ({ scope_granted: _, ...data }: Data) => data;
    const rows: [string, AuditRecord][] = [
      ['token', withToken(vend, (data) => ({ ...data, sha256: '0'.repeat(64) }))],
      ['token', without(vend, 'oauth2.access_token')],
      ['credential', ofCredential(vend, 'payments/ledger-api')],
      ['credential', without(vend, 'oauth2.client')],
      ['scope', withToken(vend, wider)],
      ['scope', withToken(vend, unscoped)],
    ];
    for (const [fact, changed] of rows)
      expect([fact, breaksOf([intent, mint, changed])[0]]).toEqual([
        fact,
        [
          'vend-differs-from-mint',
          `mint ${mint.unmapped.mint_id} of this vend has another ${fact}`,
        ],
      ]);
    expect(breaksOf([intent, without(mint, 'oauth2.access_token'), vend])[0]?.[0]).toBe(
      'vend-differs-from-mint',
    );
  });

  it('reports a mint of another credential than was announced', () => {
    expect(breaksOf([ofCredential(intent, 'payments/ledger-api'), mint])).toEqual([
      ['mint-without-intent', `mint ${mint.unmapped.mint_id} was announced for another credential`],
    ]);
  });

  it('reports a vend of a mint of another chain', () => {
    const { attestation } = vend.unmapped;
    const chain_uid = '01900000-0000-7000-8999-000000000001';
    const elsewhere = {
      ...vend,
      unmapped: { ...vend.unmapped, attestation: { ...attestation, chain_uid } },
    };
    expect(breaksOf([intent, mint, elsewhere]).map(([kind]) => kind)).toEqual([
      'vend-without-mint',
    ]);
  });

  it('finds no break if the intent or the mint can have expired, and only then', () => {
    const made = timeOfUuid(mint.unmapped.mint_id as string);
    expect(breaksOf([mint, vend], made + 1)).toEqual([]);
    expect(breaksOf([vend], made + 1)).toEqual([]);
    expect(breaksOf([mint], made).length).toBe(1);
    expect(breaksOf([vend], made).length).toBe(1);
    const other = withToken(vend, (data) => ({ ...data, sha256: '0'.repeat(64) }));
    expect(breaksOf([mint, other], made + 1).length).toBe(1);
  });

  it('keeps the 50,000 intents and mints that were named last, a vend among them', () => {
    function* flood(last: AuditRecord[]): Generator<AuditRecord> {
      for (const id of ['used', 'unused']) yield* [ofMint(intent, id), ofMint(mint, id)];
      yield ofMint(intent, 'forgotten');
      for (let number = 0; number < 50_000; number += 1) {
        yield ofMint(intent, String(number));
        if (number === 7) yield ofMint(vend, 'used');
        if (number < 49_999) yield* [ofMint(mint, String(number)), ofMint(intent, `${number}+`)];
      }
      yield* last;
    }
    expect(breaksOf(flood([ofMint(vend, 'used')]))).toEqual([]);
    expect(breaksOf(flood([ofMint(vend, 'unused')])).map(([kind]) => kind)).toEqual([
      'vend-without-mint',
    ]);
    expect(breaksOf(flood([ofMint(mint, 'forgotten')])).map(([kind]) => kind)).toEqual([
      'mint-without-intent',
    ]);
  });
});
