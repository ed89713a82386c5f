import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { type AuditRecord, auditRecordSchema } from '../../../lib/audit/record-schema.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

const published: ValidateFunction = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(
    readFileSync(new URL('../../../docs/audit-record.schema.json', import.meta.url), 'utf8'),
  ),
);
let records: AuditRecord[];

beforeAll(async () => {
  records = await recordsOfEveryKind();
});

const accepted = (value: unknown) => v.safeParse(auditRecordSchema, value).success;

describe('the schema of records', () => {
  it('accepts every kind of record, as the published schema does', () => {
    for (const record of records) {
      expect(v.safeParse(auditRecordSchema, record).issues).toBeUndefined();
      expect([published(record), published.errors]).toEqual([true, null]);
    }
  });

  it('rejects an unknown member at every depth, and a missing one if the published schema does', () => {
    const [, , ...rest] = records;
    for (const record of rest) {
      for (const changed of [...withExtraMembers(record), ...withoutMembers(record)])
        expect([published(changed), changed]).toEqual([accepted(changed), changed]);
      expect(withExtraMembers(record).some(accepted)).toBe(false);
    }
  });

  it('rejects a time that has no key, as the published schema does', () => {
    const [record] = records;
    for (const time of [253_402_300_800_000, 8_640_000_000_000_000, 1e300, -1, 0.5]) {
      const changed = { ...record, time };
      expect([time, accepted(changed), published(changed)]).toEqual([time, false, false]);
    }
    const latest = { ...record, time: 253_402_300_799_999 };
    expect([accepted(latest), published(latest)]).toEqual([true, true]);
  });
});

type Json = Record<string, unknown>;

/** A copy for each object in a value, with one more member. */
function withExtraMembers(value: object): object[] {
  return pathsOf(value).map((path) => changedAt(value, path, (at) => ({ ...at, extra: 1 })));
}

/** A copy for each member of each object in a value, without it. */
function withoutMembers(value: object): object[] {
  return pathsOf(value).flatMap((path) => {
    const names = Object.keys(at(value, path));
    return names.map((name) => changedAt(value, path, ({ [name]: _, ...others }) => others));
  });
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]));
  // Stages are a map with names of its own.
  return Array.isArray(value) || path.at(-1) === 'stages' ? below : [path, ...below];
}

function at(value: unknown, path: readonly string[]): Json {
  return path.reduce((inner, name) => (inner as Json)[name], value) as Json;
}

function changedAt(value: object, path: readonly string[], change: (at: Json) => Json): object {
  const [name, ...rest] = path;
  if (name === undefined) return change(value as Json);
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Json)[name] = changedAt((copy as Json)[name] as object, rest, change);
  return copy;
}
