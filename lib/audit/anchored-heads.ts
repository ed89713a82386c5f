import type { AnchoredHead } from './anchor.ts';
import type { AuditBreak } from './break.ts';
import { readRecordKey } from './chain-link.ts';
import type { AuditRecord } from './record-schema.ts';
import { timeOfUuid } from './uuid-time.ts';

/** The last record of a chain that an anchor names and the log contains. */
export interface ProvenHead {
  readonly sequence: number;
  /** Time of the last anchor that names it, in milliseconds since the Unix epoch. */
  readonly time: number;
}

export interface ComparedHeads {
  readonly proven: Readonly<Record<string, ProvenHead>>;
  /** Chains with a record that is not the one that an anchor names. */
  readonly differing: readonly AuditBreak[];
  /** Unbroken chains without a record that an anchor names. */
  readonly missing: readonly AuditBreak[];
}

interface ExpectedHead extends AnchoredHead {
  time: number;
  isFound: boolean;
}

interface Chain {
  /** By sequence. Two anchors can name two records of one sequence, of which one is false. */
  readonly heads: Map<number, ExpectedHead[]>;
  differing: AuditBreak | undefined;
}

/** Compares the records of a log with the heads that its anchors name. */
export class AnchoredHeads {
  readonly #chains = new Map<string, Chain>();
  readonly #expiredBefore: number;

  /** @param expiredBefore records before this time may have expired, in milliseconds */
  constructor(expiredBefore: number) {
    this.#expiredBefore = expiredBefore;
  }

  /** @param time of the anchor */
  expect(heads: readonly AnchoredHead[], time: number): void {
    for (const head of heads) {
      const chain = this.#chainOf(head.chain_uid);
      const known = chain.heads.get(head.sequence) ?? [];
      const same = known.find(({ fingerprint }) => fingerprint === head.fingerprint);
      if (same === undefined) known.push({ ...head, time, isFound: false });
      else same.time = time;
      chain.heads.set(head.sequence, known);
    }
  }

  /** @param key of the object of the record */
  find(key: string, { metadata, unmapped }: AuditRecord): void {
    const { chain_uid: uid, fingerprint } = unmapped.attestation;
    const chain = this.#chains.get(uid);
    const heads = chain?.heads.get(metadata.sequence) ?? [];
    // A record that stands in another chain neither proves its own chain nor differs from it.
    if (heads.length === 0 || readRecordKey(key)?.chainUid !== uid) return;
    for (const head of heads) {
      if (head.fingerprint === fingerprint.value) head.isFound = true;
      else
        (chain as Chain).differing ??= {
          kind: 'differs-from-anchor',
          chain: uid,
          key,
          message: `record ${metadata.sequence} is not the one that the anchor of ${iso(head.time)} names`,
        };
    }
  }

  /** @param broken chains that have a break besides */
  result(broken: ReadonlySet<string>): ComparedHeads {
    const proven: Record<string, ProvenHead> = {};
    const differing: AuditBreak[] = [];
    const missing: AuditBreak[] = [];
    for (const [uid, chain] of this.#chains) {
      if (chain.differing !== undefined) differing.push(chain.differing);
      if (chain.differing !== undefined || broken.has(uid)) continue;
      const heads = [...chain.heads.values()].flat().sort((a, b) => a.sequence - b.sequence);
      const lost = heads.find(({ isFound }) => !isFound);
      const last = heads.findLast(({ isFound }) => isFound);
      if (lost !== undefined && !this.#canHaveExpired(uid)) missing.push(describeLost(uid, lost));
      else if (last !== undefined) proven[uid] = { sequence: last.sequence, time: last.time };
    }
    return { proven, differing, missing };
  }

  #chainOf(uid: string): Chain {
    const known = this.#chains.get(uid);
    if (known !== undefined) return known;
    const chain: Chain = { heads: new Map(), differing: undefined };
    this.#chains.set(uid, chain);
    return chain;
  }

  // A chain has the UUIDv7 of the start of its process, so no record of it is older.
  #canHaveExpired(uid: string): boolean {
    return timeOfUuid(uid) < this.#expiredBefore;
  }
}

function describeLost(uid: string, { sequence, time }: ExpectedHead): AuditBreak {
  return {
    kind: 'truncated',
    chain: uid,
    key: uid,
    message: `record ${sequence} is missing, which the anchor of ${iso(time)} names`,
  };
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 19).concat('Z');
}
