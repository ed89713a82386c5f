import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { canonicalForm, fingerprintOf } from '../../../lib/audit/fingerprint.ts';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { AuditVerifier } from '../../../lib/audit/verifier.ts';
import type { ChainHead } from '../../../lib/audit/verify-chain.ts';
import { everyKindOfEvent, makeLog, openChain, START, verify } from '../../support/audit-world.ts';

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
  it('passes a log as it was written, and counts what is in it', () => {
    const result = verify(log);
    expect(result).toMatchObject({ records: log.size, chains: 2, breaks: [] });
    expect(result.kinds).toMatchObject({ 'process-start': 2, 'mint-intent': 4, mint: 2, vend: 4 });
    expect(result.first).toBeLessThanOrEqual(result.last as number);
    expect(verify(new Map())).toEqual({
      records: 0,
      chains: 0,
      breaks: [],
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
      { numRuns: 300 },
    );
  });

  it('reports any deleted record but the last of a chain, with the place', () => {
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

  it('reports any two records that were swapped', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const [one, other] = [keys[a % keys.length] as string, keys[b % keys.length] as string];
        fc.pre(one !== other);
        const swapped = new Map(log)
          .set(one, log.get(other) as Uint8Array)
          .set(other, log.get(one) as Uint8Array);
        expect(verify(swapped).breaks[0]?.key).toBe([one, other].sort()[0]);
      }),
      { numRuns: 200 },
    );
  });

  it('reports any record that is there twice', () => {
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
      { numRuns: 100 },
    );
  });

  /** The record as an attacker would write it who knows how to seal. */
  function resealed(key: string, change: (record: AuditRecord) => AuditRecord): Uint8Array {
    const changed = change(recordAt(key));
    changed.unmapped.attestation.fingerprint.value = fingerprintOf(changed);
    return bytesOf(canonicalForm(changed));
  }

  it('reports a record that was rewritten with a fingerprint that fits: the next one does not name it', () => {
    const key = keys[2] as string;
    const bytes = resealed(key, (record) => ({ ...record, time: record.time + 1 }));
    expect(verify(new Map(log).set(key, bytes)).breaks).toMatchObject([
      { kind: 'broken-link', key: keys[3] },
    ]);
  });

  it('takes a mint whose token does not say when it expires: an opaque token of another version of the function', () => {
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

  it('reports a file that is no record', () => {
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

  it('reports a sequence that is there on two days', () => {
    const key = keys[4] as string;
    const twice = new Map(log).set(
      key.replace(/dt=.{10}/, 'dt=2099-01-01'),
      log.get(key) as Uint8Array,
    );
    expect(verify(twice).breaks).toMatchObject([
      { kind: 'duplicate', message: 'sequence 4 is there more than once' },
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

  it('remembers no more mints than tokens that live', async () => {
    const { append, store, clock } = openChain();
    const events = await everyKindOfEvent();
    const intent = events.find(({ kind }) => kind === 'mint-intent') as AuditEvent & {
      kind: 'mint-intent';
    };
    const mint = events.find(({ kind }) => kind === 'mint') as AuditEvent & { kind: 'mint' };
    await append(START);
    for (let number = 0; number < 1_002; number += 1) {
      const mintId = clock.uuid();
      await append({ ...intent, mint: { mintId: clock.uuid() } });
      await append({ ...intent, mint: { mintId } });
      await append({ ...mint, mint: { ...mint.mint, mintId } });
    }
    clock.skip(86_400_000);
    const late = clock.uuid();
    await append({ ...intent, mint: { mintId: late } });
    await append({ ...mint, mint: { ...mint.mint, mintId: late } });
    expect(verify(store.objects).breaks).toEqual([]);
  });

  describe('with the heads of an earlier verification', () => {
    const anchoredBy = (heads: Readonly<Record<string, ChainHead>>, objects: typeof log) => {
      const verifier = new AuditVerifier(new Map(Object.entries(heads)));
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

    it('passes the log that they are of', () => {
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

    it('reports a chain that is gone as a whole', () => {
      const gone = chainOf(keys[0] as string);
      const less = new Map([...log].filter(([key]) => chainOf(key) !== gone));
      expect(anchoredBy(headsOf(log), less)).toEqual([
        ['truncated', expect.stringMatching(/^the chain is missing: it led up to record \d+$/)],
      ]);
    });

    it('reports a last record that was rewritten with a fingerprint that fits', () => {
      const last = keys.find(isLast) as string;
      const rewritten = resealed(last, (record) => ({ ...record, time: record.time + 1 }));
      const changed = new Map(log).set(last, rewritten);
      expect(verify(changed).breaks).toEqual([]);
      expect(anchoredBy(headsOf(log), changed)).toEqual([
        ['altered', expect.stringMatching(/when its chain was anchored$/)],
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

  it('hands over what it could read, for who searches or reports', () => {
    const verifier = new AuditVerifier();
    const [key = ''] = keys;
    expect(verifier.add(key, log.get(key) as Uint8Array)).toEqual([recordAt(key)]);
    expect(verifier.add('x', bytesOf('{}'))).toEqual([]);
  });
});
