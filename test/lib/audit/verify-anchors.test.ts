import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Anchor,
  anchorKey,
  parseAnchor,
  type StatedHeads,
  signedBytes,
  stateHeads,
  writeAnchor,
} from '../../../lib/audit/anchor.ts';
import { AnchorVerifier } from '../../../lib/audit/verify-anchors.ts';
import { AnchorWorld, makeSigner, NOON } from '../../support/anchor-world.ts';
import { makeLog, openChain, START, verify } from '../../support/audit-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rehash } from '../../support/rehash.ts';

const HOUR = 3_600_000;
type Log = ReadonlyMap<string, Uint8Array>;
let world: AnchorWorld;

beforeAll(async () => {
  world = new AnchorWorld(await makeLog(2));
  await world.anchor();
  await world.anchor(NOON + HOUR);
});

const chainOf = (key: string) => key.split('/')[3] as string;
const recordKeys = () =>
  [...world.store.objects.keys()].filter((key) => key.startsWith('v1/')).sort();
const kinds = (objects: Log) => world.verify(objects).breaks.map(({ kind, key }) => [kind, key]);

describe('the anchors of a log', () => {
  it('prove each chain up to the last anchor that names it', () => {
    const { anchors, last, proven, breaks } = world.verify();
    expect([anchors, last, breaks]).toEqual([2, NOON + HOUR, []]);
    const chains = [...new Set(recordKeys().map(chainOf))];
    const sequence = recordKeys().length / 2 - 1;
    expect(proven).toEqual(
      Object.fromEntries(chains.map((uid) => [uid, { sequence, time: NOON + HOUR }])),
    );
  });

  it('show any chain that was changed and rehashed, which the log alone does not', () => {
    const keys = recordKeys();
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 99 }), (at, by) => {
        const key = keys[at % keys.length] as string;
        const forged = rehash(world.store.objects, key, (record) => {
          record.metadata.product.version = `9.9.${by}`;
        });
        const records = new Map([...forged].filter(([one]) => one.startsWith('v1/')));
        expect(verify(records).breaks).toEqual([]);
        const { breaks, proven } = world.verify(forged);
        expect(breaks).toMatchObject([{ kind: 'differs-from-anchor', chain: chainOf(key) }]);
        expect(Object.keys(proven)).not.toContain(chainOf(key));
      }),
      { numRuns: 40 },
    );
  });

  it('name a rehashed chain even if it has another break as well', () => {
    const [key = '', next = ''] = recordKeys();
    const forged = rehash(world.store.objects, key, (record) => {
      record.metadata.product.version = '9.9.9';
    });
    forged.delete(next);
    expect(world.verify(forged).breaks).toMatchObject([
      { kind: 'differs-from-anchor', message: expect.stringMatching(/^record \d+ is not the one/) },
    ]);
  });

  it('show a chain whose end was cut off, and one that was removed', () => {
    const last = recordKeys().at(-1) as string;
    const cut = new Map(world.store.objects);
    cut.delete(last);
    expect(kinds(cut)).toEqual([['truncated', chainOf(last)]]);
    const gone = new Map([...cut].filter(([key]) => !key.includes(chainOf(last))));
    expect(world.verify(gone).breaks).toMatchObject([
      {
        kind: 'truncated',
        message: expect.stringMatching(/is missing, which the anchor of 2026-/),
      },
    ]);
    const broken = new Map(cut);
    broken.delete(recordKeys().at(-3) as string);
    expect(kinds(broken).map(([kind]) => kind)).toEqual(['gap']);
  });

  it('show a chain that was removed, even if its last record was copied into another chain', () => {
    const [first, second] = [...new Set(recordKeys().map(chainOf))] as [string, string];
    const last = recordKeys().findLast((key) => chainOf(key) === first) as string;
    const forged = new Map([...world.store.objects].filter(([key]) => chainOf(key) !== first));
    const place = recordKeys().findLast((key) => chainOf(key) === second) as string;
    const added = place.replace(/\d{12}\.json/, '000000000999.json');
    forged.set(added, world.store.objects.get(last) as Uint8Array);
    const { proven, breaks } = world.verify(forged);
    expect(proven).toEqual({});
    expect(breaks).toContainEqual(expect.objectContaining({ kind: 'truncated', chain: first }));
  });

  it('prove nothing of a log with more breaks than are listed', () => {
    const objects = new Map(world.store.objects);
    for (let number = 0; number < 1_001; number += 1)
      objects.set(`v1/${String(number).padStart(4, '0')}`, new Uint8Array());
    expect(world.verify(objects).proven).toEqual({});
  });

  it('allow that a chain has expired', () => {
    const anchors = new Map([...world.store.objects].filter(([key]) => key.startsWith('anchors/')));
    const { publicKey } = world.key;
    expect(world.verify(anchors, publicKey, Date.UTC(2200, 0))).toMatchObject({
      breaks: [],
      proven: {},
    });
    expect(world.verify(anchors, publicKey, 1).breaks).toHaveLength(2);
    anchors.delete(anchorKey(0));
    expect(world.verify(anchors, publicKey, Date.UTC(2200, 0)).breaks).toEqual([]);
  });

  it('do not cover records after the last anchor', async () => {
    const later = new AnchorWorld();
    const { append, store } = openChain(later.store, new FakeClock(3));
    await append(START);
    await later.anchor();
    await append(START);
    const { proven, breaks } = later.verify(store.objects);
    expect([Object.values(proven), breaks]).toEqual([[{ sequence: 0, time: NOON }], []]);
  });

  it('are missing if there is none', () => {
    const records = new Map([...world.store.objects].filter(([key]) => key.startsWith('v1/')));
    expect(world.verify(records)).toMatchObject({
      anchors: 0,
      last: undefined,
      proven: {},
      breaks: [{ kind: 'anchor-missing', message: 'the log has no anchor' }],
    });
  });
});

describe('an anchor that somebody forges', () => {
  const first = () => parseAnchor(world.store.objects.get(anchorKey(0)) as Uint8Array) as Anchor;
  const withFirst = (bytes: Uint8Array) => new Map(world.store.objects).set(anchorKey(0), bytes);

  it('is not believed with another key', async () => {
    const other = makeSigner();
    expect(world.verify(world.store.objects, other.publicKey)).toMatchObject({
      anchors: 0,
      breaks: [
        { kind: 'anchor-invalid', message: 'the public key did not sign it' },
        { kind: 'anchor-invalid' },
      ],
    });
    const { statement, heads } = first();
    const signature = await other.signer.sign(signedBytes(statement), AbortSignal.timeout(1_000));
    const forged = { statement, heads, signature: Buffer.from(signature).toString('base64') };
    expect(kinds(withFirst(writeAnchor(forged)))).toEqual([['anchor-invalid', anchorKey(0)]]);
  });

  it('is not believed with other heads, fewer heads, or the same head twice', () => {
    const { heads, ...rest } = first();
    const [one, two] = heads as [Anchor['heads'][number], Anchor['heads'][number]];
    for (const forged of [[one], [two, one], [one, one], [one, { ...two, sequence: 1 }]])
      expect(world.verify(withFirst(writeAnchor({ ...rest, heads: forged }))).breaks).toMatchObject(
        [{ key: anchorKey(0), message: 'its heads are not those that were signed' }],
      );
  });

  it.each([
    ['no JSON', () => 'x'],
    ['no UTF-8', () => Uint8Array.of(0xff)],
    ['no anchor', () => '{}'],
    [
      'a time that has no date',
      () => JSON.stringify({ ...first(), statement: { ...first().statement, time: 1e16 } }),
    ],
    ['an unknown member', () => JSON.stringify({ ...first(), more: 1 })],
    ['an anchor of another number', () => world.store.objects.get(anchorKey(1)) as Uint8Array],
  ])('is named if it is %s', (_, make) => {
    expect(kinds(withFirst(Buffer.from(make())))).toContainEqual(['anchor-invalid', anchorKey(0)]);
  });

  it('is named if it does not follow the one before it', async () => {
    const other = new AnchorWorld();
    other.key.signer.sign = world.key.signer.sign;
    await other.anchor(NOON - HOUR);
    const { key } = await other.anchor(NOON + HOUR);
    const swapped = new Map(world.store.objects).set(
      key,
      other.store.objects.get(key) as Uint8Array,
    );
    expect(world.verify(swapped).breaks).toMatchObject([
      { kind: 'anchor-invalid', key, message: 'it does not name the anchor before it' },
    ]);
  });

  it('is named if it names another record of a chain than the anchor before it', async () => {
    const twice = new AnchorWorld(world.store.objects);
    const { statement, heads } = parseAnchor(
      world.store.objects.get(anchorKey(1)) as Uint8Array,
    ) as Anchor;
    const [one, ...others] = heads as [Anchor['heads'][number], ...Anchor['heads']];
    const changed = [{ ...one, fingerprint: '0'.repeat(64) }, ...others];
    const [next] = stateHeads(changed, NOON + 2 * HOUR, statement) as [StatedHeads];
    const signature = await world.key.signer.sign(
      signedBytes(next.statement),
      AbortSignal.timeout(1_000),
    );
    const bytes = writeAnchor({ ...next, signature: Buffer.from(signature).toString('base64') });
    twice.store.objects.set(anchorKey(2), bytes);
    expect(twice.verify(twice.store.objects, world.key.publicKey).breaks).toMatchObject([
      { kind: 'differs-from-anchor', chain: one.chain_uid },
    ]);
  });

  it('is named with the reason if it cannot be read', () => {
    const verifier = new AnchorVerifier(world.key.publicKey);
    verifier.addAnchor(anchorKey(0), 'it cannot be read (EACCES)');
    expect(verifier.result({ breaks: [], unlistedBreaks: 7 })).toMatchObject({
      breaks: [{ kind: 'anchor-invalid', message: 'it cannot be read (EACCES)' }, {}],
      unlistedBreaks: 7,
    });
  });

  it('leaves a gap if it is removed, and the number of breaks is limited', async () => {
    const many = new AnchorWorld(world.store.objects);
    many.key.signer.sign = world.key.signer.sign;
    for (const hour of [2, 3, 4, 5]) await many.anchor(NOON + hour * HOUR);
    const { publicKey } = world.key;
    const messages = (...removed: number[]) => {
      const less = new Map(many.store.objects);
      for (const sequence of removed) less.delete(anchorKey(sequence));
      return many.verify(less, publicKey).breaks.map(({ kind, message }) => `${kind}: ${message}`);
    };
    expect(messages(0)).toEqual(['anchor-missing: anchors are missing before it: 0']);
    expect(messages(2, 3)).toEqual(['anchor-missing: anchors are missing before it: 2 to 3']);
    for (let number = 0; number < 1_500; number += 1)
      many.store.objects.set(`anchors/x${number}`, Buffer.from('x'));
    expect(messages()).toHaveLength(1_000);
  });
});
