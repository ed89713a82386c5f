import type { AuditBreak, ReportBreak } from './break.ts';
import { linesOf, readRecord } from './read-record.ts';
import type { AuditRecord } from './record-schema.ts';
import { type ChainHead, ChainVerifier, describeGap, verifyPlace } from './verify-chain.ts';
import { MintVerifier } from './verify-mints.ts';

export interface AuditVerification {
  readonly records: number;
  readonly chains: number;
  readonly breaks: readonly AuditBreak[];
  /** Records by `metadata.event_code`. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Milliseconds since the Unix epoch; absent if there is no record. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

interface Chain {
  readonly links: ChainVerifier;
  readonly mints: MintVerifier;
  broken: AuditBreak | undefined;
}

interface LogObject {
  readonly key: string;
  /** Id of the chain. */
  readonly uid: string;
  /** Sequence of the first record. */
  readonly first: number;
}

const KEY = /^v1\/[0-9a-f]{2}\/dt=\d{4}-\d{2}-\d{2}\/([^/]+)\/(\d{12})\.json$/;

/**
 * Verifies a log, object by object, in the order of their keys: every record unaltered and in its
 * place, every chain whole up to its last record, every mint announced, every vend of a recorded
 * mint. It keeps only the head of each chain and the mints whose tokens still live.
 *
 * From the log alone it cannot find records that are missing at the end of a chain, or a chain that
 * is missing completely. Heads that are kept elsewhere show those too.
 */
export class AuditVerifier {
  readonly #anchors: ReadonlyMap<string, ChainHead>;
  readonly #chains = new Map<string, Chain>();
  readonly #strays: AuditBreak[] = [];
  readonly #kinds = new Map<string, number>();
  #records = 0;
  #first: number | undefined;
  #last: number | undefined;

  /**
   * @param anchors heads of an earlier verification, by chain: the log must still contain each of
   *   them
   */
  constructor(anchors: ReadonlyMap<string, ChainHead> = new Map()) {
    this.#anchors = anchors;
  }

  /**
   * @param key below the prefix of the log, in the order in which keys sort
   * @param bytes of the object
   * @returns the records that can be read, even if they have a break
   */
  add(key: string, bytes: Uint8Array): readonly AuditRecord[] {
    const [, uid, digits] = KEY.exec(key) ?? [];
    if (uid === undefined) {
      this.#records += 1;
      this.#strays.push({
        kind: 'misplaced',
        chain: key,
        key,
        message: 'no record has such a key',
      });
      return [];
    }
    const object = { key, uid, first: Number(digits) };
    // An object that is not UTF-8 counts as one line that is not JSON.
    const lines = linesOf(bytes) ?? [''];
    return lines.flatMap((line, index) => this.#addLine(object, line, index) ?? []);
  }

  /** Records that were added. */
  get records(): number {
    return this.#records;
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

  /** The head of each chain, to be kept where writers of the log cannot write. */
  heads(): Record<string, ChainHead> {
    return Object.fromEntries([...this.#chains].map(([uid, { links }]) => [uid, links.head]));
  }

  #addLine({ key, uid, first }: LogObject, line: string, index: number): AuditRecord | undefined {
    const chain = this.#chainOf(uid);
    const report: ReportBreak = (kind, message) => {
      const place = index === 0 ? '' : `line ${index + 1}: `;
      chain.broken ??= { kind, chain: uid, key, message: place + message };
    };
    this.#records += 1;
    // The key names the first record, even if that record cannot be read.
    if (index === 0) chain.links.count(first, report);
    const record = readRecord(line, report);
    const { sequence = chain.links.next } = record?.metadata ?? {};
    if (index > 0) chain.links.count(sequence, report);
    if (record === undefined) return undefined;
    this.#count(record);
    verifyPlace(record, key, index === 0 ? sequence : first, report);
    chain.links.link(record, report);
    chain.mints.verify(record, report);
    return record;
  }

  #truncated(): AuditBreak[] {
    return [...this.#anchors].flatMap(([uid, { sequence }]): AuditBreak[] => {
      const chain = this.#chains.get(uid);
      if (chain !== undefined && (chain.broken !== undefined || chain.links.next > sequence))
        return [];
      const message =
        chain === undefined
          ? `the chain is missing: its last record was ${sequence}`
          : describeGap(chain.links.next, sequence);
      return [{ kind: 'truncated', chain: uid, key: uid, message }];
    });
  }

  #chainOf(uid: string): Chain {
    const known = this.#chains.get(uid);
    if (known !== undefined) return known;
    const chain: Chain = {
      links: new ChainVerifier(this.#anchors.get(uid)),
      mints: new MintVerifier(),
      broken: undefined,
    };
    this.#chains.set(uid, chain);
    return chain;
  }

  #count({ metadata, time }: AuditRecord): void {
    const kind = metadata.event_code;
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    this.#first = Math.min(this.#first ?? time, time);
    this.#last = Math.max(this.#last ?? time, time);
  }
}
