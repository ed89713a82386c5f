import { recordKey } from '../../lib/audit/chain-link.ts';
import { canonicalForm, fingerprintOf } from '../../lib/audit/fingerprint.ts';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import type { Random } from './random.ts';

/** Objects of a log by key. */
export type Log = ReadonlyMap<string, Uint8Array>;

/** Changes a log so that a verification must find it; `undefined` if this time nothing changed. */
export type Mutation = (log: Log, random: Random) => Log | undefined;

type Json = Record<string, unknown>;
type Change = (records: AuditRecord[], random: Random) => AuditRecord[];

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const bytesOf = (text: string) => encoder.encode(text);
const textAt = (log: Log, key: string) => decoder.decode(log.get(key));
const keysOf = (log: Log) => [...log.keys()].sort();
const withText = (log: Log, key: string, text: string) => new Map(log).set(key, bytesOf(text));

/** Texts in place of a record, as somebody writes them who wants a reader to stop. */
const TEXTS: readonly ((random: Random) => string)[] = [
  () => '',
  () => 'null',
  (random) => '['.repeat(random.below(200_000)),
  (random) => `${'{"a":'.repeat(random.below(100_000) + 1)}`,
  (random) => `${'['.repeat(20_000)}${']'.repeat(20_000 - random.below(2))}`,
  (random) => '\n'.repeat(random.below(200_000) + 1),
  (random) => `{"${'x'.repeat(random.below(1_000_000))}":1}`,
  (random) => 'x'.repeat(random.below(2_000_000)),
  () => '{"__proto__":{"time":1}}',
  (random) => decoder.decode(random.bytes(random.below(300))),
];

/** Members in place of a member of a record, as JSON text: not all of them have a value. */
const MEMBERS = [
  ...['1e16', '1e999', '-1e999', '-1', '0.5', '1e-400', '8580000000000000', '9007199254740993'],
  ...['"\\ud800"', '"a\\udfffb"', '"\\u0000"', '"\\u001b[2J"', '"__proto__"', '""', 'null', '[]'],
  ...['{}', 'true', '[[[[[[]]]]]]', '{"__proto__":1}', '{"constructor":{"prototype":1}}'],
  `"${'x'.repeat(100_000)}"`,
  `[${'"",'.repeat(50_000)}""]`,
];

function placesOf(value: unknown, place: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [place];
  const below = Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...place, name]));
  return [place, ...below];
}

const MARK = 'THE-MEMBER';

const textOfRecord: Mutation = (log, random) =>
  withText(log, random.pick(keysOf(log)), random.pick(TEXTS)(random));

const memberOfRecord: Mutation = (log, random) => {
  const key = random.pick(keysOf(log));
  const before = textAt(log, key);
  const record = JSON.parse(before);
  const [last = 'extra', ...outer] = random
    .pick(placesOf(record))
    .concat(random.below(5) === 0 ? ['extra'] : [])
    .reverse();
  const inner = outer.reverse().reduce((at: Json, name) => at[name] as Json, record);
  if (typeof inner !== 'object') return undefined;
  inner[last] = MARK;
  const after = JSON.stringify(record).replace(`"${MARK}"`, () => random.pick(MEMBERS));
  return after === before ? undefined : withText(log, key, after);
};

const memberRemoved: Mutation = (log, random) => {
  const key = random.pick(keysOf(log));
  const record = JSON.parse(textAt(log, key));
  const place = random.pick(placesOf(record).filter(({ length }) => length > 0));
  const inner = place.slice(0, -1).reduce((at: Json, name) => at[name] as Json, record);
  delete inner[place.at(-1) as string];
  return withText(log, key, JSON.stringify(record));
};

const bitsFlipped: Mutation = (log, random) => {
  const key = random.pick(keysOf(log));
  const bytes = Uint8Array.from(log.get(key) as Uint8Array);
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] as number) ^ (1 + random.below(255));
  return new Map(log).set(key, bytes);
};

const recordDeleted: Mutation = (log, random) => {
  const changed = new Map(log);
  changed.delete(random.pick(keysOf(log).slice(0, -1)));
  return changed;
};

const recordCopied: Mutation = (log, random) => {
  const [from, to] = [random.pick(keysOf(log)), random.pick(keysOf(log))];
  const other = to.replace(/\d{12}/, String(100 + random.below(1_000)).padStart(12, '0'));
  return new Map(log).set(
    random.below(2) === 0 && from !== to ? to : other,
    log.get(from) as Uint8Array,
  );
};

const foreignObject: Mutation = (log, random) => {
  const day = `v1/${random.hex(2)}/dt=2026-11-23`;
  const keys = [
    `${day}/${random.uuid()}/000000000000.json`,
    `${day}/../../etc`,
    decoder.decode(random.bytes(40)),
    `v1/${'a/'.repeat(400)}`,
  ];
  return new Map(log).set(random.pick(keys), random.bytes(random.below(200)));
};

/** One record is changed and sealed again, without those after it. */
const recordResealed: Mutation = (log, random) => {
  const key = random.pick(keysOf(log).slice(0, -1));
  const record: AuditRecord = JSON.parse(textAt(log, key));
  record.cloud.region = random.hex(8);
  record.unmapped.attestation.fingerprint.value = fingerprintOf(record);
  return withText(log, key, canonicalForm(record));
};

/** The whole chain is numbered, linked and sealed again after a change: no hash shows it. */
const rehashed =
  (change: Change): Mutation =>
  (log, random) => {
    const records = change(
      keysOf(log).map((key) => JSON.parse(textAt(log, key))),
      random,
    );
    let previous: AuditRecord['unmapped']['attestation']['fingerprint'] | undefined;
    return new Map(
      records.map((record, sequence) => {
        const { fingerprint, prev_event: _, ...attestation } = record.unmapped.attestation;
        const linked = {
          ...record,
          metadata: { ...record.metadata, sequence },
          unmapped: {
            ...record.unmapped,
            attestation: {
              ...attestation,
              ...(previous === undefined ? {} : { prev_event: { fingerprint: previous } }),
              fingerprint: { ...fingerprint },
            },
          },
        };
        linked.unmapped.attestation.fingerprint.value = fingerprintOf(linked);
        previous = linked.unmapped.attestation.fingerprint;
        const key = recordKey(attestation.chain_uid, sequence, record.time);
        return [key, bytesOf(canonicalForm(linked))];
      }),
    );
  };

const kindOf = ({ metadata }: AuditRecord) => metadata.event_code;
/** A mint that no vend names is of no token that a caller got. */
const isOfVended = (records: readonly AuditRecord[]) => {
  const vended = new Set(
    records.filter((one) => kindOf(one) === 'vend').map(({ unmapped }) => unmapped.mint_id),
  );
  return ({ unmapped: { mint_id: mint } }: AuditRecord) => mint === undefined || vended.has(mint);
};

const changedOne =
  (
    kinds: readonly string[],
    change: (record: AuditRecord, random: Random) => AuditRecord,
  ): Change =>
  (records, random) => {
    const chosen = random.pick(
      records.filter(isOfVended(records)).filter((one) => kinds.includes(kindOf(one))),
    );
    return records.map((record) => (record === chosen ? change(record, random) : record));
  };

const removedOne =
  (kinds: readonly string[]): Change =>
  (records, random) => {
    const kind = random.pick(kinds);
    const fits = isOfVended(records);
    const gone = records.find((one) => kindOf(one) === kind && fits(one));
    return records.filter((one) => one !== gone);
  };

const withTokenData = (record: AuditRecord, change: (data: Json) => Json): AuditRecord => ({
  ...record,
  resources: record.resources.map((resource) =>
    resource.type === 'oauth2.access_token'
      ? { ...resource, data: change(resource.data) as typeof resource.data }
      : resource,
  ),
});

const otherToken = changedOne(['vend', 'mint'], (record, random) =>
  withTokenData(record, (data) => ({ ...data, sha256: random.hex(64) })),
);
const otherScope = changedOne(['vend', 'mint'], (record, random) =>
  withTokenData(record, (data) => ({ ...data, scope_granted: ['orders:admin', random.hex(4)] })),
);
const ANNOUNCED = ['revocation', 'registration', 'rotation'];
const INTENTS = ANNOUNCED.map((kind) => `${kind}-intent`);
const NAMING = ['vend', 'mint', 'mint-intent', ...ANNOUNCED, ...INTENTS];
const otherCredential = changedOne(NAMING, (record, random) => ({
  ...record,
  resources: record.resources.map((resource) =>
    resource.type === 'oauth2.client' ? { ...resource, uid: `a/${random.hex(6)}` } : resource,
  ),
}));
const otherMint = changedOne(['vend'], (record, random) => ({
  ...record,
  unmapped: { ...record.unmapped, mint_id: random.uuid() },
}));
const otherChange = changedOne(['registration', 'registration-intent'], (record, random) => {
  const { members = [] } = record.unmapped.registration ?? {};
  const more = random.pick([
    { members: [...members, 'issuer'] },
    { version_after: random.hex(8) },
    { tested: true },
  ]);
  const registration = { ...record.unmapped.registration, members, tested: false, ...more };
  return { ...record, unmapped: { ...record.unmapped, registration } };
});
const otherStep = changedOne(['rotation', 'rotation-intent'], (record, random) => ({
  ...record,
  unmapped: {
    ...record.unmapped,
    ...random.pick([{ recipe: random.hex(4) }, { rotation_step: 'finish' as const }]),
  },
}));
const DECIDED = ['vend', 'mint', 'mint-intent', 'registration', 'registration-intent'];
const notAllowed = changedOne(DECIDED, (record, random) => {
  const { authorizations: decisions = [], ...actor } = record.actor;
  const denied = decisions.map((one) => ({ ...one, decision: 'deny' as const }));
  const written = random.pick([denied, [], [...decisions, ...denied]]);
  return { ...record, actor: { ...actor, authorizations: written } };
});
const timeReversed: Change = (records, random) => {
  const chosen = 1 + random.below(records.length - 1);
  const time = (record: AuditRecord) => record.time - 60_001 - random.below(10_000_000);
  return records.map((one, index) => (index === chosen ? { ...one, time: time(one) } : one));
};

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  textOfRecord,
  memberOfRecord,
  memberRemoved,
  bitsFlipped,
  recordDeleted,
  recordCopied,
  foreignObject,
  recordResealed,
  otherToken: rehashed(otherToken),
  otherScope: rehashed(otherScope),
  otherCredential: rehashed(otherCredential),
  otherMint: rehashed(otherMint),
  otherChange: rehashed(otherChange),
  otherStep: rehashed(otherStep),
  notAllowed: rehashed(notAllowed),
  timeReversed: rehashed(timeReversed),
  recordRemoved: rehashed(removedOne(['process-start', 'mint', 'mint-intent', ...INTENTS])),
};
