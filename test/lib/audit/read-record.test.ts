import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalForm } from '../../../lib/audit/fingerprint.ts';
import { linesOf, readRecord } from '../../../lib/audit/read-record.ts';
import { LARGEST_OBJECT } from '../../../lib/audit/record-object.ts';
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

  it('do not exist if no such object can have been written, and the reason is named', () => {
    expect(linesOf(Uint8Array.of(0xff, 0xfe))).toBe('it is not UTF-8');
    expect(linesOf(new Uint8Array(LARGEST_OBJECT + 1))).toBe('it is larger than 1048576 bytes');
    expect(linesOf(new Uint8Array(LARGEST_OBJECT).fill(0x0a))).toBe('it has more than 100 records');
    expect(linesOf(bytesOf('\n'.repeat(100)))).toHaveLength(101);
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
    expect(read(text)).toEqual({
      record: undefined,
      breaks: [['unreadable', 'a text in it is not Unicode']],
    });
  });

  it.each([
    ['a time of no calendar', '"time":1e16'],
    ['a time without end', '"time":1e999'],
    ['a time in the year 274000', '"time":8580000000000000'],
    ['a number beyond the digits of a key', '"sequence":1000000000000'],
  ])('reports %s as outside the schema', (_, member) => {
    const [name = ''] = member.split(':');
    const text = canonicalForm(record).replace(new RegExp(`${name}:\\d+`), member);
    expect(text).toContain(member);
    expect(read(text)).toMatchObject({
      record: undefined,
      breaks: [['outside-schema', expect.any(String)]],
    });
  });

  it('bounds the name of a member that whoever wrote the record chose', () => {
    const name = `${'x'.repeat(99)}\ud83d\ude00${'y'.repeat(1_000_000)}`;
    const [[, message = ''] = []] = read(`{${JSON.stringify(name)}:1}`).breaks;
    expect([message.isWellFormed(), message.length < 200]).toEqual([true, true]);
  });

  it('reports members that are nested without end, or are many, as outside the schema', () => {
    for (const text of [
      '['.repeat(500_000) + ']'.repeat(500_000),
      `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`,
      `[${'[],'.repeat(300_000)}[]]`,
    ])
      expect(read(text)).toMatchObject({
        record: undefined,
        breaks: [['outside-schema', expect.any(String)]],
      });
    expect(read('{"time":'.repeat(100_000)).breaks).toEqual([['unreadable', 'it is not JSON']]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('does not accept a member named %s', (name) => {
    const text = canonicalForm(record).replace(/^\{/, `{"${name}":{},`);
    expect(read(text).breaks.length).toBe(1);
  });
});
