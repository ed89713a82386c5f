import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalForm } from '../../../lib/audit/fingerprint.ts';
import { linesOf, readRecord } from '../../../lib/audit/read-record.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let records: AuditRecord[];
let record: AuditRecord;

beforeAll(async () => {
  records = await recordsOfEveryKind();
  [record] = records as [AuditRecord];
});

/** The record that was read, and the breaks that were reported. */
function read(line: string) {
  const breaks: string[][] = [];
  return { record: readRecord(line, (...report) => breaks.push(report)), breaks };
}

describe('the lines of an object', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text);

  it('are what line feeds separate, every one of them', () => {
    expect(linesOf(bytesOf('{"a":"é"}'))).toEqual(['{"a":"é"}']);
    expect(linesOf(bytesOf('{}\n{}\n'))).toEqual(['{}', '{}', '']);
    expect(linesOf(bytesOf(''))).toEqual(['']);
  });

  it('keep a byte order mark, although no record starts with one', () => {
    expect(linesOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toEqual(['\ufeff{}']);
  });

  it('do not exist if the bytes are not UTF-8', () => {
    expect(linesOf(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
  });
});

describe('reading a record', () => {
  it('returns it as it was written', () => {
    for (const one of records)
      expect(read(canonicalForm(one))).toEqual({ record: one, breaks: [] });
  });

  it.each(['', 'not JSON', '{', '{"a":1}{"a":1}'])('reports %j as unreadable', (line) => {
    expect(read(line)).toEqual({ record: undefined, breaks: [['unreadable', 'it is not JSON']] });
  });

  it.each(['7', 'null', '[]', '{}', '"text"'])('reports %j as outside the schema', (line) => {
    expect(read(line)).toMatchObject({
      record: undefined,
      breaks: [['outside-schema', expect.any(String)]],
    });
  });

  it('names the member that breaks the schema', () => {
    expect(read(JSON.stringify({ ...record, time: 'now' })).breaks).toEqual([
      ['outside-schema', 'time does not match the schema of records'],
    ]);
  });

  it.each([
    ['other text of the same value', (text: string) => ` ${text}`],
    ['a member that is there twice', (text: string) => text.replace('{', '{"activity_id":99,')],
    ['a changed member', (text: string) => text.replace('"ok"', '"OK"')],
    [
      'a changed fingerprint',
      (text: string) =>
        text.replace(/"value":"(.)/, (_, digit) => `"value":"${digit === '0' ? 1 : 0}`),
    ],
  ] as const)('reports %s as altered, and returns the record', (_, change) => {
    expect(read(change(canonicalForm(record)))).toMatchObject({
      record: { class_uid: 6003 },
      breaks: [['altered', 'its fingerprint does not match its content']],
    });
  });

  it('reports a string without a canonical form, and goes on', () => {
    const text = canonicalForm(record).replace('"ok"', '"\\ud800"');
    expect(read(text).breaks).toMatchObject([['altered', expect.any(String)]]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('does not accept a member named %s', (name) => {
    const text = canonicalForm(record).replace(/^\{/, `{"${name}":{},`);
    expect(read(text).breaks.length).toBe(1);
  });
});
