import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { canonicalForm, fingerprintOf } from '../../../lib/audit/fingerprint.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { AuditVerifier } from '../../../lib/audit/verifier.ts';
import type { ChainHead } from '../../../lib/audit/verify-chain.ts';
import {
  everyKindOfEvent,
  makeGroupedLog,
  makeLog,
  openChain,
  verify,
} from '../../support/audit-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';

let log: Map<string, Uint8Array>;
let keys: string[];

beforeAll(async () => {
  log = await makeLog(2);
  keys = [...log.keys()].sort();
});

const bytesOf = (text: string) => new TextEncoder().encode(text);
const recordAt = (key: string): AuditRecord => JSON.parse(new TextDecoder().decode(log.get(key)));
const isLast = (key: string) => {
  const [chain, sequence] = [key.split('/')[3], Number(key.slice(-17, -5))];
  return (
    !log.has(`${key.slice(0, -17)}${String(sequence + 1).padStart(12, '0')}.json`) &&
    chain !== undefined
  );
};

describe('the verifier of a log', () => {
  it('finds no break in a log as it was written, and counts its records', () => {
    const result = verify(log);
    expect(result).toMatchObject({ records: log.size, chains: 2, breaks: [] });
    expect(result.kinds).toMatchObject({ 'process-start': 2, 'mint-intent': 4, mint: 2, vend: 4 });
    expect(result.first).toBeLessThanOrEqual(result.last as number);
    expect(verify(new Map())).toEqual({
      records: 0,
      chains: 0,
      unreadable: 0,
      expired: 0,
      breaks: [],
      unlistedBreaks: 0,
      kinds: {},
      first: undefined,
      last: undefined,
    });
  });

  it('reports any flipped byte, with the place', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (at, position, flip) => {
        const key = keys[at % keys.length] as string;
        const bytes = Uint8Array.from(log.get(key) as Uint8Array);
        const index = position % bytes.length;
        bytes[index] = (bytes[index] as number) ^ flip;
        const { breaks } = verify(new Map(log).set(key, bytes));
        expect(breaks).toMatchObject([{ key, chain: key.split('/')[3] }]);
      }),
      { numRuns: 150 },
    );
  });

  it('reports any deleted record except the last of a chain, with the place', () => {
    for (const key of keys) {
      const less = new Map(log);
      less.delete(key);
      const { breaks } = verify(less);
      const next = keys[keys.indexOf(key) + 1];
      expect([key, breaks]).toMatchObject(
        isLast(key) ? [key, []] : [key, [{ kind: 'gap', key: next }]],
      );
    }
  });

  it('reports any two swapped records', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const [one, other] = [keys[a % keys.length] as string, keys[b % keys.length] as string];
        fc.pre(one !== other);
        const swapped = new Map(log)
          .set(one, log.get(other) as Uint8Array)
          .set(other, log.get(one) as Uint8Array);
        expect(verify(swapped).breaks[0]?.key).toBe([one, other].sort()[0]);
      }),
      { numRuns: 100 },
    );
  });

  it('reports any repeated record', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('day', 'sequence', 'name', 'chain'), (at, where) => {
        const key = keys[at % keys.length] as string;
        const copy = {
          day: key.replace(/dt=.{10}/, 'dt=2099-01-01'),
          sequence: `${key.slice(0, -17)}000000009999.json`,
          name: key.replace('.json', '-copy.json'),
          chain: key.replace(/[0-9a-f-]{36}/, '01900000-0000-7000-8999-000000000001'),
        }[where];
        const { breaks } = verify(new Map(log).set(copy, log.get(key) as Uint8Array));
        expect(breaks.map((one) => one.key)).toEqual([copy]);
      }),
      { numRuns: 50 },
    );
  });

  /** The record as an attacker writes it, with a matching fingerprint. */
  function resealed(key: string, change: (record: AuditRecord) => AuditRecord): Uint8Array {
    const changed = change(recordAt(key));
    changed.unmapped.attestation.fingerprint.value = fingerprintOf(changed);
    return bytesOf(canonicalForm(changed));
  }

  it('reports a record that was rewritten with a matching fingerprint: the next one does not name it', () => {
    const key = keys[2] as string;
    const bytes = resealed(key, (record) => ({ ...record, time: record.time + 1 }));
    expect(verify(new Map(log).set(key, bytes)).breaks).toMatchObject([
      { kind: 'broken-link', key: keys[3] },
    ]);
  });

  it('finds no break if the token of a mint does not say when it expires', () => {
    const mint = keys.find((key) => recordAt(key).metadata.event_code === 'mint') as string;
    const upToMint = keys.slice(0, keys.indexOf(mint) + 1).map((key) => [key, log.get(key)]);
    const bytes = resealed(mint, (record) => ({
      ...record,
      resources: record.resources.map((resource) =>
        resource.type === 'oauth2.access_token'
          ? { ...resource, data: { sha256: resource.data.sha256 } }
          : resource,
      ),
    }));
    const cut = new Map(upToMint as [string, Uint8Array][]).set(mint, bytes);
    expect(verify(cut)).toMatchObject({ chains: 1, breaks: [] });
  });

  it.each([
    ['unreadable', () => bytesOf('not JSON')],
    ['unreadable', () => Uint8Array.of(0xff, 0xfe)],
    ['outside-schema', () => bytesOf('7')],
    ['outside-schema', (key: string) => resealed(key, (record) => ({ ...record, extra: 1 }))],
    ['altered', (key: string) => bytesOf(` ${JSON.stringify(recordAt(key))}`)],
    ['unreadable', (key: string) => bytesOf(JSON.stringify(recordAt(key), null, 1))],
    [
      'misplaced',
      (key: string) =>
        resealed(key, (record) => ({ ...record, metadata: { ...record.metadata, sequence: 77 } })),
    ],
  ] as const)('calls a record %s', (kind, make) => {
    const key = keys[1] as string;
    expect(verify(new Map(log).set(key, make(key))).breaks).toMatchObject([{ kind, key }]);
  });

  it('reports a file that is not a record', () => {
    expect(verify(new Map(log).set('README.md', bytesOf('hello'))).breaks).toMatchObject([
      { kind: 'misplaced', key: 'README.md' },
    ]);
  });

  it('reports a gap by its first and last record', () => {
    const less = new Map(log);
    less.delete(keys[1] as string);
    less.delete(keys[2] as string);
    expect(verify(less).breaks).toMatchObject([
      { kind: 'gap', message: 'records 1 to 2 are missing' },
    ]);
  });

  it('reports a sequence that exists on two days', () => {
    const key = keys[4] as string;
    const twice = new Map(log).set(
      key.replace(/dt=.{10}/, 'dt=2099-01-01'),
      log.get(key) as Uint8Array,
    );
    expect(verify(twice).breaks).toMatchObject([
      { kind: 'duplicate', message: 'sequence 4 occurs more than once' },
    ]);
  });

  const without = async (kind: AuditEvent['kind']) => {
    const { append, store } = openChain();
    for (const event of (await everyKindOfEvent()).filter((one) => one.kind !== kind))
      await append(event);
    return verify(store.objects).breaks.map((one) => one.kind);
  };

  it('reports a vend without its mint, a mint without its intent, a chain without a start', async () => {
    expect(await without('mint')).toEqual(['vend-without-mint']);
    expect(await without('mint-intent')).toEqual(['mint-without-intent']);
    expect(await without('process-start')).toEqual(['no-genesis']);
  });

  it.each(['revocation', 'registration', 'rotation'] as const)(
    'reports a %s without its intent, and no intent without its record',
    async (kind) => {
      expect(await without(`${kind}-intent`)).toEqual([`${kind}-without-intent`]);
      expect(await without(kind)).toEqual([]);
    },
  );

  describe('with the heads of an earlier verification', () => {
    const anchoredBy = (heads: Readonly<Record<string, ChainHead>>, objects: typeof log) => {
      const verifier = new AuditVerifier({ anchors: new Map(Object.entries(heads)) });
      for (const key of [...objects.keys()].sort())
        verifier.add(key, objects.get(key) as Uint8Array);
      return verifier.result().breaks.map(({ kind, message }) => [kind, message]);
    };
    const headsOf = (objects: typeof log) => {
      const verifier = new AuditVerifier();
      for (const key of [...objects.keys()].sort())
        verifier.add(key, objects.get(key) as Uint8Array);
      return verifier.heads();
    };
    const chainOf = (key: string) => key.split('/')[3] as string;

    it('finds no break in the log that they are of', () => {
      const heads = headsOf(log);
      expect(Object.keys(heads).length).toBe(2);
      expect(anchoredBy(heads, log)).toEqual([]);
    });

    it('reports the end of a chain that was cut off', () => {
      const last = keys.find(isLast) as string;
      const less = new Map(log);
      less.delete(last);
      const { sequence } = headsOf(log)[chainOf(last)] as ChainHead;
      expect(anchoredBy(headsOf(log), less)).toEqual([
        ['truncated', `record ${sequence} is missing`],
      ]);
    });

    it('reports a chain that is missing completely', () => {
      const gone = chainOf(keys[0] as string);
      const less = new Map([...log].filter(([key]) => chainOf(key) !== gone));
      expect(anchoredBy(headsOf(log), less)).toEqual([
        ['truncated', expect.stringMatching(/^the chain is missing: its last record was \d+$/)],
      ]);
    });

    it('reports a last record that was rewritten with a matching fingerprint', () => {
      const last = keys.find(isLast) as string;
      const rewritten = resealed(last, (record) => ({ ...record, time: record.time + 1 }));
      const changed = new Map(log).set(last, rewritten);
      expect(verify(changed).breaks).toEqual([]);
      expect(anchoredBy(headsOf(log), changed)).toEqual([
        ['altered', expect.stringMatching(/when its head was saved$/)],
      ]);
    });

    it('names one break for a chain that is broken and cut off', () => {
      const chain = keys.filter((key) => chainOf(key) === chainOf(keys[0] as string));
      const less = new Map(log);
      less.delete(chain[1] as string);
      less.delete(chain.at(-1) as string);
      expect(anchoredBy(headsOf(log), less).map(([kind]) => kind)).toEqual(['gap']);
    });
  });

  describe('with the time before which records have expired', () => {
    const LATER = Date.UTC(2027, 0, 1);

    it('finds no break if the oldest records are missing, and says of how many chains', () => {
      const [, , , ...rest] = keys;
      const less = new Map(rest.map((key) => [key, log.get(key) as Uint8Array]));
      expect(verify(less).breaks.map(({ kind }) => kind)).toEqual(['gap']);
      expect(verify(less, { expiredBefore: LATER })).toMatchObject({ breaks: [], expired: 1 });
      expect(verify(log, { expiredBefore: LATER })).toMatchObject({ breaks: [], expired: 0 });
    });

    it('still reports what was deleted of the records that are kept', () => {
      const expiredBefore = Date.UTC(2026, 10, 23);
      const [first = '', , third = '', ...rest] = keys;
      const less = new Map([first, third, ...rest].map((key) => [key, log.get(key) as Uint8Array]));
      expect(verify(less, { expiredBefore }).breaks.map(({ kind }) => kind)).toEqual(['gap']);
    });

    it('misses no end of a chain, and no chain, that can have expired', () => {
      const verifier = new AuditVerifier();
      for (const key of keys) verifier.add(key, log.get(key) as Uint8Array);
      const anchors = new Map(Object.entries(verifier.heads()));
      const half = new Map(keys.slice(0, 3).map((key) => [key, log.get(key) as Uint8Array]));
      expect(verify(half, { anchors }).breaks.map(({ kind }) => kind)).toEqual([
        'truncated',
        'truncated',
      ]);
      expect(verify(half, { anchors, expiredBefore: LATER }).breaks).toEqual([]);
    });
  });

  it('names each object that cannot be read, and goes on', () => {
    const key = keys[1] as string;
    const verifier = new AuditVerifier();
    for (const one of keys)
      verifier.add(one, one === key ? 'it is no file' : (log.get(one) as Uint8Array));
    verifier.add('v1/zz', 'it has no place in a log');
    verifier.add('x'.repeat(300), bytesOf('\n'.repeat(1_000)));
    expect(verifier.result()).toMatchObject({
      records: keys.length + 2,
      unreadable: 3,
      breaks: [
        { kind: 'unreadable', key, message: 'it is no file' },
        { kind: 'unreadable', key: 'v1/zz', message: 'it has no place in a log' },
        { kind: 'unreadable', message: 'it has more than 100 records' },
      ],
    });
  });

  it('lists the first thousand breaks of a directory full of anything, and counts the others', () => {
    const verifier = new AuditVerifier();
    for (let number = 0; number < 1_234; number += 1) verifier.add(`file ${number}`, bytesOf('x'));
    const { breaks, unlistedBreaks } = verifier.result();
    expect([breaks.length, unlistedBreaks]).toEqual([1_000, 234]);
  });

  it('returns the records that it can read', () => {
    const verifier = new AuditVerifier();
    const [key = ''] = keys;
    expect(verifier.add(key, log.get(key) as Uint8Array)).toEqual([recordAt(key)]);
    expect(verifier.add('x', bytesOf('{}'))).toEqual([]);
  });
});

describe('the verifier of a log with several records in an object', () => {
  let grouped: Map<string, Uint8Array>;
  let key: string;
  let lines: string[];

  beforeAll(async () => {
    grouped = await makeGroupedLog();
    key = [...grouped.keys()].sort()[1] as string;
    lines = new TextDecoder().decode(grouped.get(key)).split('\n');
  });

  const verifyWith = (changed: readonly string[]) =>
    verify(new Map(grouped).set(key, bytesOf(changed.join('\n'))));
  const without = (index: number) => lines.toSpliced(index, 1);
  /** One more event at the end, in its own record. */
  const withNext = async () => {
    const { chain, clock, store } = openChain(undefined, new FakeClock(500));
    const events = await everyKindOfEvent();
    await clock.runUntilDone(Promise.all(events.map((event) => chain.append(event))));
    await clock.runUntilDone(chain.append(events[1] as AuditEvent));
    return store.objects;
  };

  it('finds no break in it as it was written, counts and returns every record', () => {
    expect(grouped.size).toBe(2);
    expect(verify(grouped)).toMatchObject({ records: lines.length + 1, chains: 1, breaks: [] });
    const verifier = new AuditVerifier();
    const read = [...grouped].sort().flatMap(([name, bytes]) => verifier.add(name, bytes));
    expect(read.map(({ metadata }) => metadata.sequence)).toEqual(read.map((_, index) => index));
    expect(verifier.records).toBe(lines.length + 1);
  });

  it('reports any flipped byte, with the object', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const bytes = Uint8Array.from(grouped.get(key) as Uint8Array);
        const index = position % bytes.length;
        bytes[index] = (bytes[index] as number) ^ flip;
        expect(verify(new Map(grouped).set(key, bytes)).breaks).toMatchObject([{ key }]);
      }),
      { numRuns: 100 },
    );
  });

  it('reports any record that was cut out of an object', async () => {
    expect(verifyWith(without(0)).breaks).toMatchObject([
      { kind: 'misplaced', message: expect.stringMatching(/^it belongs to .*000000000002\.json$/) },
    ]);
    for (let index = 1; index < lines.length - 1; index += 1)
      expect(verifyWith(without(index)).breaks).toMatchObject([
        { kind: 'gap', key, message: `line ${index + 1}: record ${index + 1} is missing` },
      ]);
    const cut = (await withNext()).set(key, bytesOf(without(lines.length - 1).join('\n')));
    expect(verify(cut).breaks).toMatchObject([
      { kind: 'gap', message: `record ${lines.length} is missing` },
    ]);
  });

  it('reports records of an object that were swapped', () => {
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.nat(lines.length - 1), (a, b) => {
        fc.pre(a !== b);
        const swapped = lines.with(a, lines[b] as string).with(b, lines[a] as string);
        expect(verifyWith(swapped).breaks.length).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  it('reports a record that is in an object twice', () => {
    expect(verifyWith(lines.toSpliced(4, 0, lines[4] as string)).breaks).toMatchObject([
      { kind: 'duplicate', message: 'line 6: sequence 5 occurs more than once' },
    ]);
  });

  it('reports a record that was added to an object, and goes on after a line that it cannot read', () => {
    expect(verifyWith([...lines, '{}']).breaks).toMatchObject([
      { kind: 'outside-schema', message: expect.stringContaining(`line ${lines.length + 1}: `) },
    ]);
    const unreadable = verifyWith(lines.with(3, 'not JSON'));
    expect(unreadable.breaks).toMatchObject([
      { kind: 'unreadable', message: 'line 4: it is not JSON' },
    ]);
    expect(Object.values(unreadable.kinds).reduce((sum, number) => sum + number)).toBe(
      lines.length,
    );
  });

  it('reports a line end after the last record', () => {
    expect(verifyWith([...lines, '']).breaks).toMatchObject([
      { kind: 'unreadable', message: `line ${lines.length + 1}: it is not JSON` },
    ]);
  });

  it('reports an object that contains a record of another day or chain', async () => {
    const foreign = [...(await makeLog(1)).values()][1] as Uint8Array;
    const other = new TextDecoder().decode(foreign);
    expect(verifyWith([...lines, other]).breaks[0]?.kind).toBe('duplicate');
    const { append, clock, store } = openChain(undefined, new FakeClock(501));
    const [start, intent] = (await everyKindOfEvent()) as [AuditEvent, AuditEvent];
    await append(start);
    clock.skip(86_400_000);
    await append(intent);
    const [[first, bytes], [, later]] = [...store.objects] as [
      [string, Uint8Array],
      [string, Uint8Array],
    ];
    const joined = Buffer.concat([bytes, bytesOf('\n'), later]);
    expect(verify(new Map([[first, joined]])).breaks).toMatchObject([
      {
        kind: 'misplaced',
        message: expect.stringMatching(/^line 2: it belongs to .*dt=2026-11-24/),
      },
    ]);
  });

  it('reports an end of an object that was cut off, if heads were kept', () => {
    const verifier = new AuditVerifier();
    for (const name of [...grouped.keys()].sort())
      verifier.add(name, grouped.get(name) as Uint8Array);
    const anchored = new AuditVerifier({ anchors: new Map(Object.entries(verifier.heads())) });
    const cut = new Map(grouped).set(key, bytesOf(lines.slice(0, -2).join('\n')));
    for (const name of [...cut.keys()].sort()) anchored.add(name, cut.get(name) as Uint8Array);
    expect(anchored.result().breaks).toMatchObject([
      { kind: 'truncated', message: `records ${lines.length - 1} to ${lines.length} are missing` },
    ]);
  });
});
