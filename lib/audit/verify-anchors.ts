import type { KeyObject } from 'node:crypto';
import {
  ANCHORS,
  type Anchor,
  type AnchorStatement,
  anchorKey,
  hashOfStatement,
  hasStatedHeads,
  parseAnchor,
} from './anchor.ts';
import { isSignedBy } from './anchor-signature.ts';
import { AnchoredHeads, type ProvenHead } from './anchored-heads.ts';
import type { AuditBreak, AuditBreakKind } from './break.ts';
import type { AuditRecord } from './record-schema.ts';

// A folder full of foreign objects has as many breaks as objects.
const MOST_LISTED = 1_000;

/** What the anchors of a log prove. */
export interface AnchorProof {
  /** Valid anchors. */
  readonly anchors: number;
  /** Time of the last valid anchor, in milliseconds since the Unix epoch. */
  readonly last: number | undefined;
  /** Up to which record each unbroken chain is proven, by chain. */
  readonly proven: Readonly<Record<string, ProvenHead>>;
  /** All breaks: those of the chains, and those of the anchors. */
  readonly breaks: readonly AuditBreak[];
}

/**
 * Verifies the signed anchors of a log, and that the log contains the heads that they name. Add all
 * anchors first, in the order of their keys, then each record.
 *
 * From the log alone it cannot find that its last anchors are missing. A copy of the anchors in
 * another account shows that.
 */
export class AnchorVerifier {
  readonly #publicKey: KeyObject;
  readonly #expiredBefore: number;
  readonly #heads: AnchoredHeads;
  readonly #breaks: AuditBreak[] = [];
  #anchors = 0;
  #next = 0;
  #last: AnchorStatement | undefined;

  /**
   * @param publicKey of P-256
   * @param expiredBefore records and anchors before this time may have expired, in milliseconds
   *   since the Unix epoch; if absent, none has
   */
  constructor(publicKey: KeyObject, expiredBefore: number = Number.NEGATIVE_INFINITY) {
    this.#publicKey = publicKey;
    this.#expiredBefore = expiredBefore;
    this.#heads = new AnchoredHeads(expiredBefore);
  }

  /** @param key below the prefix of the log */
  addAnchor(key: string, bytes: Uint8Array): void {
    const anchor = parseAnchor(bytes);
    if (anchor === undefined || anchorKey(anchor.statement.sequence) !== key) {
      this.#report('anchor-invalid', key, 'it is not an anchor with this key');
      return;
    }
    const { statement, heads } = anchor;
    const wrong = this.#describeWrong(anchor);
    this.#count(key, statement.sequence);
    if (wrong === undefined) {
      this.#anchors += 1;
      this.#last = statement;
      this.#heads.expect(heads, statement.time);
    } else this.#report('anchor-invalid', key, wrong);
  }

  /** @param key of its object */
  addRecord(key: string, record: AuditRecord): void {
    this.#heads.find(key, record);
  }

  /** @param breaks of the chains, as the verifier of the log found them */
  result(breaks: readonly AuditBreak[]): AnchorProof {
    const own = [...this.#breaks];
    if (this.#next === 0)
      own.push({
        kind: 'anchor-missing',
        chain: ANCHORS,
        key: ANCHORS,
        message: 'the log has no anchor',
      });
    const { proven, differing, missing } = this.#heads.result(
      new Set(breaks.map(({ chain }) => chain)),
    );
    const named = new Set(differing.map(({ chain }) => chain));
    return {
      anchors: this.#anchors,
      last: this.#last?.time,
      proven,
      breaks: [
        ...differing,
        ...breaks.filter(({ chain }) => !named.has(chain)),
        ...missing,
        ...own,
      ],
    };
  }

  #describeWrong(anchor: Anchor): string | undefined {
    const { statement } = anchor;
    if (!isSignedBy(this.#publicKey, anchor)) return 'the public key did not sign it';
    if (!hasStatedHeads(anchor)) return 'its heads are not those that were signed';
    const last = this.#last;
    const isNext = last !== undefined && statement.sequence === last.sequence + 1;
    return isNext && statement.previous !== hashOfStatement(last)
      ? 'it does not name the anchor before it'
      : undefined;
  }

  #count(key: string, sequence: number): void {
    // The first anchors expire as the records do.
    const isExpiry = this.#next === 0 && this.#expiredBefore > Number.NEGATIVE_INFINITY;
    if (sequence > this.#next && !isExpiry) {
      const missing = `${this.#next}${sequence - 1 === this.#next ? '' : ` to ${sequence - 1}`}`;
      this.#report('anchor-missing', key, `anchors are missing before it: ${missing}`);
    }
    this.#next = sequence + 1;
  }

  #report(kind: AuditBreakKind, key: string, message: string): void {
    if (this.#breaks.length < MOST_LISTED) this.#breaks.push({ kind, chain: key, key, message });
  }
}
