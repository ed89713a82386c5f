import type { AuditBreakKind, ReportBreak } from './break.ts';
import { readRecordKey } from './chain-link.ts';
import { FoundBreaks } from './found-breaks.ts';
import { linesOf, readRecord } from './read-record.ts';
import type { AuditRecord } from './record-schema.ts';
import { shortText } from './short-text.ts';
import { timeOfUuid } from './uuid-time.ts';
import type { AuditVerification } from './verification.ts';
import { AnnouncementVerifier } from './verify-announcements.ts';
import { type ChainHead, ChainVerifier, describeGap, verifyPlace } from './verify-chain.ts';
import { verifyDecision } from './verify-decision.ts';
import { MintVerifier } from './verify-mints.ts';

/** What is known of a log besides the log. */
export interface KnownOfLog {
  /** Heads of an earlier verification, by chain: the log must still contain each of them. */
  readonly anchors?: ReadonlyMap<string, ChainHead> | undefined;
  /**
   * Records before this time may have expired, in milliseconds since the Unix epoch. Where it is
   * absent, nothing has.
   */
  readonly expiredBefore?: number | undefined;
}

interface Chain {
  readonly links: ChainVerifier;
  isBroken: boolean;
}

/** An object of the log: its key, the chain that the key names, and the sequence of its first record. */
type LogObject = Readonly<{ key: string; uid: string; first: number }>;

/**
 * Verifies a log, object by object, in the order of their keys: every record unaltered and in its
 * place, every chain whole up to its last record, every mint, revocation, registration and step of a
 * rotation announced, every vend of a recorded mint and allowed. It keeps the head of each chain, the
 * intents and mints that were named last, and the first 1,000 breaks.
 *
 * No object stops it: what it cannot read it reports, and goes on.
 *
 * From the log alone it cannot find records that are missing at the end of a chain, or a chain that
 * is missing completely. Heads that are kept elsewhere show those too.
 */
export class AuditVerifier {
  readonly #anchors: ReadonlyMap<string, ChainHead>;
  readonly #expiredBefore: number;
  readonly #chains = new Map<string, Chain>();
  readonly #mints = new MintVerifier();
  readonly #announcements = new AnnouncementVerifier();
  readonly #breaks = new FoundBreaks();
  readonly #kinds = new Map<string, number>();
  #records = 0;
  #unreadable = 0;
  #first: number | undefined;
  #last: number | undefined;

  constructor({ anchors, expiredBefore }: KnownOfLog = {}) {
    this.#anchors = anchors ?? new Map();
    this.#expiredBefore = expiredBefore ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * @param key below the prefix of the log, in the order in which keys sort
   * @param content bytes of the object; if it could not be read, the reason in words
   * @returns the records that can be read, even if they have a break
   */
  add(key: string, content: Uint8Array | string): readonly AuditRecord[] {
    const lines = typeof content === 'string' ? content : linesOf(content);
    const place = readRecordKey(key);
    if (place === undefined) {
      const isForeign = typeof lines === 'object';
      this.#addStray(key, isForeign ? 'no record has such a key' : lines, isForeign);
      return [];
    }
    const object = { key, uid: place.chainUid, first: place.sequence };
    if (typeof lines === 'object')
      return lines.flatMap((line, index) => this.#addLine(object, line, index) ?? []);
    const report = this.#reporterOf(object, 0);
    this.#count(object, report);
    this.#unreadable += 1;
    report('unreadable', lines);
    return [];
  }

  /** Records that were added. */
  get records(): number {
    return this.#records;
  }

  result(): AuditVerification {
    const { listed, unlisted } = this.#withTruncated();
    return {
      records: this.#records,
      unreadable: this.#unreadable,
      chains: this.#chains.size,
      expired: [...this.#chains.values()].filter(({ links }) => links.expired).length,
      breaks: listed,
      unlistedBreaks: unlisted,
      kinds: Object.fromEntries([...this.#kinds].sort()),
      first: this.#first,
      last: this.#last,
    };
  }

  /** The head of each chain, to be kept where writers of the log cannot write. */
  heads(): Record<string, ChainHead> {
    return Object.fromEntries([...this.#chains].map(([uid, { links }]) => [uid, links.head]));
  }

  #addStray(key: string, message: string, isForeign: boolean): void {
    this.#records += 1;
    if (!isForeign) this.#unreadable += 1;
    this.#breaks.add({ kind: isForeign ? 'misplaced' : 'unreadable', chain: key, key, message });
  }

  #addLine(object: LogObject, line: string, index: number): AuditRecord | undefined {
    const { key, uid, first } = object;
    const { links } = this.#chainOf(uid);
    const report = this.#reporterOf(object, index);
    // The key names the first record, even if that record cannot be read.
    if (index === 0) this.#count(object, report);
    else this.#records += 1;
    const record = readRecord(line, report);
    const { sequence = links.next } = record?.metadata ?? {};
    if (index > 0) links.count(sequence, report);
    if (record === undefined) {
      this.#unreadable += 1;
      return undefined;
    }
    this.#summarize(record);
    verifyPlace(record, key, index === 0 ? sequence : first, report);
    links.link(record, report);
    verifyDecision(record, report);
    const expiredBefore = links.expired ? this.#expiredBefore : Number.NEGATIVE_INFINITY;
    this.#mints.verify(record, expiredBefore, report);
    this.#announcements.verify(record, expiredBefore, report);
    return record;
  }

  #count({ uid, first }: LogObject, report: ReportBreak): void {
    this.#records += 1;
    this.#chainOf(uid).links.count(first, report);
  }

  /** Only the first break of a chain counts: it explains the others. */
  #reporterOf({ key, uid }: LogObject, index: number): ReportBreak {
    const chain = this.#chainOf(uid);
    return (kind: AuditBreakKind, message: string) => {
      if (chain.isBroken) return;
      chain.isBroken = true;
      const place = index === 0 ? '' : `line ${index + 1}: `;
      this.#breaks.add({ kind, chain: uid, key, message: place + message });
    };
  }

  #withTruncated(): Pick<FoundBreaks, 'listed' | 'unlisted'> {
    const all = this.#breaks.copy();
    for (const [uid, { sequence }] of this.#anchors) {
      const message = this.#truncationOf(uid, sequence);
      if (message !== undefined) all.add({ kind: 'truncated', chain: uid, key: uid, message });
    }
    return all;
  }

  #truncationOf(uid: string, sequence: number): string | undefined {
    const chain = this.#chains.get(uid);
    if (chain === undefined)
      return this.#openLinks(uid).mayExpireNext
        ? undefined
        : `the chain is missing: its last record was ${sequence}`;
    const { isBroken, links } = chain;
    const isThere = links.next > sequence || links.mayExpireNext;
    return isBroken || isThere ? undefined : describeGap(links.next, sequence);
  }

  #chainOf(uid: string): Chain {
    const known = this.#chains.get(uid);
    if (known !== undefined) return known;
    const chain: Chain = { links: this.#openLinks(uid), isBroken: false };
    // The id is a part of a key. A copy does not keep the key in memory.
    this.#chains.set(shortText(uid, uid.length), chain);
    return chain;
  }

  #openLinks(uid: string): ChainVerifier {
    return new ChainVerifier({
      anchor: this.#anchors.get(uid),
      began: timeOfUuid(uid),
      expiredBefore: this.#expiredBefore,
    });
  }

  #summarize({ metadata, time }: AuditRecord): void {
    const kind = metadata.event_code;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    this.#first = Math.min(this.#first ?? time, time);
    this.#last = Math.max(this.#last ?? time, time);
  }
}
