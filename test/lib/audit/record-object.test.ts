import { describe, expect, it } from '@jest/globals';
import type { SealedRecord } from '../../../lib/audit/chain-link.ts';
import { packRecords } from '../../../lib/audit/record-object.ts';

const record = (
  sequence: number,
  text = `{"n":${sequence}}`,
  day = '2026-01-31',
): SealedRecord => ({
  key: `v1/ab/dt=${day}/chain/${String(sequence).padStart(12, '0')}.json`,
  text,
  fingerprint: '',
});

const records = (count: number, text?: string): [SealedRecord, ...SealedRecord[]] => {
  const [first = record(0, text), ...others] = Array.from({ length: count }, (_, n) =>
    record(n, text),
  );
  return [first, ...others];
};

const textOf = ({ bytes }: { bytes: Uint8Array }) => new TextDecoder().decode(bytes);

describe('an object of records', () => {
  it('of one record is that record, under its key', () => {
    const object = packRecords([record(7, '{"a":"é"}')]);
    expect([object.key, textOf(object), object.records]).toEqual([record(7).key, '{"a":"é"}', 1]);
  });

  it('of several records has the key of the first, and a line for each', () => {
    const object = packRecords([record(7), record(8), record(9)]);
    expect([object.key, textOf(object), object.records]).toEqual([
      record(7).key,
      '{"n":7}\n{"n":8}\n{"n":9}',
      3,
    ]);
  });

  it('contains at most a hundred records', () => {
    expect([packRecords(records(100)).records, packRecords(records(101)).records]).toEqual([
      100, 100,
    ]);
  });

  it('contains at most 256 KiB, counted in UTF-8', () => {
    const { records: held, bytes } = packRecords(records(10, 'é'.repeat(25_000)));
    expect([held, bytes.length]).toEqual([5, 5 * 50_000 + 4]);
  });

  it('contains one record of any size', () => {
    const large = 'x'.repeat(300 * 1024);
    expect(packRecords([record(0, large), record(1)])).toMatchObject({ records: 1 });
    expect(packRecords([record(0), record(1, large)])).toMatchObject({ records: 1 });
  });

  it('ends with the day', () => {
    const next = record(2, undefined, '2026-02-01');
    expect(packRecords([record(0), record(1), next])).toMatchObject({ records: 2 });
  });
});
