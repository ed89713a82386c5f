import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { MintVerifier } from '../../../lib/audit/verify-mints.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

const DAY = 86_400_000;
let intent: AuditRecord;
let mint: AuditRecord;
let vend: AuditRecord;

beforeAll(async () => {
  const records = await recordsOfEveryKind();
  const ofKind = (kind: string) =>
    records.find(({ metadata }) => metadata.event_code === kind) as AuditRecord;
  [intent, mint, vend] = [ofKind('mint-intent'), ofKind('mint'), ofKind('vend')];
});

const ofMint = (record: AuditRecord, mint_id: string, time = record.time): AuditRecord => ({
  ...record,
  time,
  unmapped: { ...record.unmapped, mint_id },
});

function breaksOf(records: Iterable<AuditRecord>): string[][] {
  const mints = new MintVerifier();
  const breaks: string[][] = [];
  for (const record of records) mints.verify(record, (...report) => breaks.push(report));
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

  /** A thousand mints, then one announcement and one mint a day later. */
  function* manyMints(first: AuditRecord): Generator<AuditRecord> {
    for (let number = 0; number < 1_001; number += 1) {
      yield ofMint(intent, `unused ${number}`);
      yield ofMint(intent, String(number));
      yield ofMint(number === 0 ? first : mint, String(number));
    }
    yield ofMint(intent, 'late', intent.time + DAY);
    yield ofMint(mint, 'late', mint.time + DAY);
    yield ofMint(vend, '0', vend.time + DAY);
  }

  it('drops mints whose tokens have expired, and announcements of an hour ago, if there are many', () => {
    expect(breaksOf(manyMints(mint)).map(([kind]) => kind)).toEqual(['vend-without-mint']);
    const late = ofMint(mint, 'unused 7', mint.time + DAY);
    expect(breaksOf([...manyMints(mint)].slice(0, -1).concat(late)).map(([kind]) => kind)).toEqual([
      'mint-without-intent',
    ]);
  });

  it('keeps a mint whose token does not say when it expires', () => {
    const resources = mint.resources.map((resource) =>
      resource.type === 'oauth2.access_token'
        ? { ...resource, data: { sha256: resource.data.sha256 } }
        : resource,
    );
    expect(breaksOf(manyMints({ ...mint, resources }))).toEqual([]);
  });
});
