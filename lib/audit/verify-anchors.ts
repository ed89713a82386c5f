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
import type { AuditBreakKind } from './break.ts';
import { FoundBreaks } from './found-breaks.ts';
import type { AuditRecord } from './record-schema.ts';
import type { AuditVerification } from './verification.ts';

/** What the anchors of a log prove. */
export interface AnchorProof {
  /** Valid anchors. */
  readonly anchors: number;
  /** Time of the last valid anchor, in milliseconds since the Unix epoch. */
  readonly last: number | undefined;
  /** Up to which record each unbroken chain is proven, by chain. */
  readonly proven: Readonly<Record<string, ProvenHead>>;
}

type Breaks = Pick<AuditVerification, 'breaks' | 'unlistedBreaks'>;

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
  readonly #breaks = new FoundBreaks();
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

  /**
   * @param key below the prefix of the log
   * @param content bytes of the object; if it could not be read, the reason in words
   */
  addAnchor(key: string, content: Uint8Array | string): void {
    const anchor = typeof content === 'string' ? undefined : parseAnchor(content);
    if (anchor === undefined || anchorKey(anchor.statement.sequence) !== key) {
      const reason = typeof content === 'string' ? content : 'it is not an anchor with this key';
      this.#report('anchor-invalid', key, reason);
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

  /**
   * @param found breaks of the chains, as the verifier of the log found them
   * @returns all breaks: those of the chains, and those of the anchors
   */
  result(found: Breaks): Breaks & { readonly anchored: AnchorProof } {
    if (this.#next === 0) this.#report('anchor-missing', ANCHORS, 'the log has no anchor');
    const broken = new Set(found.breaks.map(({ chain }) => chain));
    const { proven, differing, missing } = this.#heads.result(broken);
    const named = new Set(differing.map(({ chain }) => chain));
    const others = found.breaks.filter(({ chain }) => !named.has(chain));
    const all = new FoundBreaks([], found.unlistedBreaks + this.#breaks.unlisted);
    for (const each of [...differing, ...others, ...missing, ...this.#breaks.listed]) all.add(each);
    return {
      breaks: all.listed,
      unlistedBreaks: all.unlisted,
      anchored: {
        anchors: this.#anchors,
        last: this.#last?.time,
        // Nobody knows here which chains the breaks are of that are not listed.
        proven: found.unlistedBreaks > 0 ? {} : proven,
      },
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
    this.#breaks.add({ kind, chain: key, key, message });
  }
}
