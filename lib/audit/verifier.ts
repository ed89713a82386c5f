import * as v from 'valibot';
import { recordKey } from './chain-link.ts';
import { canonicalForm, fingerprintOf } from './fingerprint.ts';
import { type AuditRecord, auditRecordSchema } from './record-schema.ts';

/** What may be wrong with a chain; docs/audit.md says what each means. */
export const auditBreakKinds = [
  'unreadable',
  'altered',
  'outside-schema',
  'misplaced',
  'gap',
  'duplicate',
  'broken-link',
  'no-genesis',
  'mint-without-intent',
  'vend-without-mint',
  'truncated',
] as const;

export type AuditBreakKind = (typeof auditBreakKinds)[number];

/** The last record of a chain as somebody saw it: kept elsewhere, it anchors the chain. */
export interface ChainHead {
  readonly sequence: number;
  readonly fingerprint: string;
}

/** The first thing that is wrong in a chain. */
export interface AuditBreak {
  readonly kind: AuditBreakKind;
  /** Chain as its key names it; the whole key where it names none. */
  readonly chain: string;
  readonly key: string;
  /** What is wrong, for people. */
  readonly message: string;
}

export interface AuditVerification {
  readonly records: number;
  readonly chains: number;
  readonly breaks: readonly AuditBreak[];
  /** Records by `metadata.event_code`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Milliseconds since the Unix epoch; absent where there is no record. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

interface Chain {
  next: number;
  previous: string | undefined;
  broken: AuditBreak | undefined;
  /** Announced mints, with the time of their intent. */
  readonly announced: Map<string, number>;
  /** Mints, with the end of their token. */
  readonly minted: Map<string, number>;
}

const KEY = /^v1\/[0-9a-f]{2}\/dt=\d{4}-\d{2}-\d{2}\/([^/]+)\/(\d{12})\.json$/;
// A mint takes 8 s at most; clocks of one process do not jump far.
const INTENT_HOLDS = 3_600_000;
const PRUNE_AT = 1_000;

/**
 * Verifies a log, record by record, in the order of their keys: every record unaltered and in its place, every chain
 * whole up to its last record, every mint announced, every vend of a recorded mint. Keeps no record: what it remembers
 * is the head of each chain and the mints whose tokens still live.
 *
 * What it cannot see from the log alone: records missing from the end of a chain, and a chain that is missing as a
 * whole. Heads that were kept elsewhere show those too.
 */
export class AuditVerifier {
  readonly #anchors: ReadonlyMap<string, ChainHead>;
  readonly #chains = new Map<string, Chain>();
  readonly #strays: AuditBreak[] = [];
  readonly #kinds = new Map<string, number>();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #records = 0;
  #first: number | undefined;
  #last: number | undefined;

  /** @param anchors heads of an earlier verification, by chain: the log must still lead up to each */
  constructor(anchors: ReadonlyMap<string, ChainHead> = new Map()) {
    this.#anchors = anchors;
  }

  /**
   * @param key below the prefix of the log, in the order in which keys sort
   * @param bytes of the object
   * @returns the record where it can be read, even if something else about it is wrong
   */
  add(key: string, bytes: Uint8Array): AuditRecord | undefined {
    this.#records += 1;
    const [, uid, digits] = KEY.exec(key) ?? [];
    if (uid === undefined) {
      this.#strays.push({
        kind: 'misplaced',
        chain: key,
        key,
        message: 'no record has such a key',
      });
      return undefined;
    }
    const chain = this.#chainOf(uid);
    const fail = (kind: AuditBreakKind, message: string) => {
      chain.broken ??= { kind, chain: uid, key, message };
    };
    const sequence = Number(digits);
    if (sequence > chain.next) fail('gap', describeGap(chain.next, sequence - 1));
    if (sequence < chain.next) fail('duplicate', `sequence ${sequence} is there more than once`);
    chain.next = sequence + 1;
    const record = this.#read(bytes, fail);
    if (record === undefined) return undefined;
    this.#count(record);
    verifyPlace(record, key, fail);
    verifyLink(record, chain, fail);
    verifyAnchor(record, this.#anchors.get(uid), fail);
    verifyMints(record, chain, fail);
    return record;
  }

  result(): AuditVerification {
    const broken = [...this.#chains.values()].flatMap(({ broken: first }) => first ?? []);
    return {
      records: this.#records,
      chains: this.#chains.size,
      breaks: [...broken, ...this.#truncated(), ...this.#strays],
      kinds: Object.fromEntries([...this.#kinds].sort()),
      first: this.#first,
      last: this.#last,
    };
  }

  /** The head of each chain, to be kept where who can write the log cannot write. */
  heads(): Record<string, ChainHead> {
    return Object.fromEntries(
      [...this.#chains].map(([uid, { next, previous = '' }]) => [
        uid,
        { sequence: next - 1, fingerprint: previous },
      ]),
    );
  }

  #truncated(): AuditBreak[] {
    return [...this.#anchors].flatMap(([uid, { sequence }]): AuditBreak[] => {
      const chain = this.#chains.get(uid);
      if (chain !== undefined && (chain.broken !== undefined || chain.next > sequence)) return [];
      const message =
        chain === undefined
          ? `the chain is missing: it led up to record ${sequence}`
          : describeGap(chain.next, sequence);
      return [{ kind: 'truncated', chain: uid, key: uid, message }];
    });
  }

  #chainOf(uid: string): Chain {
    const known = this.#chains.get(uid);
    if (known !== undefined) return known;
    const chain: Chain = {
      next: 0,
      previous: undefined,
      broken: undefined,
      announced: new Map(),
      minted: new Map(),
    };
    this.#chains.set(uid, chain);
    return chain;
  }

  #read(bytes: Uint8Array, fail: Fail): AuditRecord | undefined {
    let text: string;
    let value: unknown;
    try {
      text = this.#decoder.decode(bytes);
      value = JSON.parse(text);
    } catch {
      fail('unreadable', 'it is not JSON');
      return undefined;
    }
    const result = v.safeParse(auditRecordSchema, value, { abortEarly: true });
    if (!result.success) {
      const [issue] = result.issues;
      fail(
        'outside-schema',
        `${v.getDotPath(issue) ?? 'it'} is not as the schema of records has it`,
      );
      return undefined;
    }
    const record = result.output;
    if (
      canonicalForm(record) !== text ||
      record.unmapped.attestation.fingerprint.value !== fingerprintOf(record)
    )
      fail('altered', 'its fingerprint does not fit what it says');
    return record;
  }

  #count({ metadata, time }: AuditRecord): void {
    const kind = metadata.event_code;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    this.#first = Math.min(this.#first ?? time, time);
    this.#last = Math.max(this.#last ?? time, time);
  }
}

function describeGap(from: number, to: number): string {
  return from === to ? `record ${from} is missing` : `records ${from} to ${to} are missing`;
}

type Fail = (kind: AuditBreakKind, message: string) => void;

function verifyPlace({ metadata, time, unmapped }: AuditRecord, key: string, fail: Fail): void {
  const place = recordKey(unmapped.attestation.chain_uid, metadata.sequence, time);
  if (place !== key) fail('misplaced', `it belongs to ${place}`);
}

function verifyLink({ metadata, unmapped }: AuditRecord, chain: Chain, fail: Fail): void {
  const { prev_event, fingerprint } = unmapped.attestation;
  if (chain.previous !== prev_event?.fingerprint.value)
    fail('broken-link', 'the record before it is not the one that it names');
  if (prev_event === undefined && metadata.event_code !== 'process-start')
    fail('no-genesis', 'a chain begins with the start of its process');
  chain.previous = fingerprint.value;
}

function verifyAnchor(
  { metadata, unmapped }: AuditRecord,
  anchor: ChainHead | undefined,
  fail: Fail,
): void {
  if (anchor === undefined || anchor.sequence !== metadata.sequence) return;
  if (anchor.fingerprint !== unmapped.attestation.fingerprint.value)
    fail('altered', 'it is not the record that stood here when its chain was anchored');
}

function verifyMints(
  { metadata, time, unmapped, resources }: AuditRecord,
  chain: Chain,
  fail: Fail,
): void {
  const { mint_id: mintId = '' } = unmapped;
  const kind = metadata.event_code;
  if (kind === 'mint-intent') chain.announced.set(mintId, time);
  if (kind === 'mint') {
    if (!chain.announced.delete(mintId))
      fail('mint-without-intent', `mint ${mintId} was not announced`);
    chain.minted.set(mintId, endOf(resources));
  }
  if (kind === 'vend' && !chain.minted.has(mintId))
    fail('vend-without-mint', `mint ${mintId} of this vend is not recorded`);
  if (chain.minted.size > PRUNE_AT) prune(chain.minted, time);
  if (chain.announced.size > PRUNE_AT) prune(chain.announced, time - INTENT_HOLDS);
}

function endOf(resources: AuditRecord['resources']): number {
  const token = resources.find(({ type }) => type === 'oauth2.access_token');
  return ((token?.data as { exp?: number } | undefined)?.exp ?? Number.POSITIVE_INFINITY) * 1000;
}

function prune(times: Map<string, number>, before: number): void {
  for (const [id, time] of times) if (time < before) times.delete(id);
}
