import { hash } from 'node:crypto';
import * as v from 'valibot';
import { canonicalForm } from './fingerprint.ts';
import { merkleRoot } from './merkle-root.ts';

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
// A later time has no ISO form of four digits for the year.
const time = v.pipe(count, v.maxValue(Date.UTC(9999, 11, 31)));

const headSchema = v.strictObject({
  chain_uid: v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)),
  sequence: count,
  fingerprint: sha256,
});

const statementSchema = v.strictObject({
  // It is signed too, so that a signature for another purpose is never taken for an anchor.
  format: v.literal('token-vending-anchor/1'),
  sequence: count,
  time,
  previous: v.optional(sha256),
  size: count,
  root: sha256,
  // The heads of the same time continue in the next anchor.
  continues: v.optional(v.literal(true)),
});

const anchorSchema = v.strictObject({
  statement: statementSchema,
  heads: v.array(headSchema),
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{8,200}={0,2}$/)),
});

/** The last record of a chain, as an anchor names it. It is a leaf of the tree. */
export type AnchoredHead = v.InferOutput<typeof headSchema>;

/**
 * What is signed: number of the anchor (from 0), time in milliseconds since the Unix epoch, SHA-256
 * of the previous statement, number of heads, root of their Merkle tree.
 */
export type AnchorStatement = v.InferOutput<typeof statementSchema>;

/** An anchor of so many heads has less than 1 MiB, the limit of objects of a log. */
export const MOST_HEADS = 5_000;

/** An anchor as it is stored. The signature is ECDSA in DER, as base64. */
export type Anchor = v.InferOutput<typeof anchorSchema>;

/** Key prefix of the anchors of a log. The records are below `v1/`. */
export const ANCHORS = 'anchors/';

/** Key of an anchor below the prefix of the log. Keys sort by number. */
export function anchorKey(sequence: number): string {
  return `${ANCHORS}v1/${String(sequence).padStart(12, '0')}.json`;
}

/**
 * States the heads of a log, in as many anchors as they need; without heads, in one.
 *
 * @param heads one for each chain, in any order
 * @param time milliseconds since the Unix epoch
 * @param previous statement of the anchor before these
 */
export function stateHeads(
  heads: readonly AnchoredHead[],
  time: number,
  previous: AnchorStatement | undefined,
): readonly StatedHeads[] {
  const sorted = [...heads].sort((a, b) => (a.chain_uid < b.chain_uid ? -1 : 1));
  const stated: StatedHeads[] = [];
  let last = previous;
  for (let at = 0; at === 0 || at < sorted.length; at += MOST_HEADS) {
    const part = sorted.slice(at, at + MOST_HEADS);
    last = {
      format: 'token-vending-anchor/1',
      sequence: last === undefined ? 0 : last.sequence + 1,
      time,
      ...(last === undefined ? {} : { previous: hashOfStatement(last) }),
      size: part.length,
      root: rootOf(part),
      ...(at + MOST_HEADS < sorted.length ? { continues: true } : {}),
    };
    stated.push({ statement: last, heads: part });
  }
  return stated;
}

/** An anchor before it is signed. */
export type StatedHeads = Omit<Anchor, 'signature'>;

/** The bytes that are signed: the canonical JSON of the statement. */
export function signedBytes(statement: AnchorStatement): Uint8Array {
  return Buffer.from(canonicalForm(statement));
}

export function writeAnchor(anchor: Anchor): Uint8Array {
  return Buffer.from(canonicalForm(anchor));
}

/**
 * Reads an anchor. Its signature is not verified.
 *
 * @returns `undefined` if the bytes are not an anchor
 */
export function parseAnchor(bytes: Uint8Array): Anchor | undefined {
  try {
    const result = v.safeParse(anchorSchema, JSON.parse(Buffer.from(bytes).toString()));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the heads are those that the statement was made of: each chain once, and the root. */
export function hasStatedHeads({ statement, heads }: Anchor): boolean {
  const isSorted = heads.every(
    ({ chain_uid }, index) =>
      index === 0 || (heads[index - 1] as AnchoredHead).chain_uid < chain_uid,
  );
  return isSorted && heads.length === statement.size && rootOf(heads) === statement.root;
}

/** SHA-256 (hex) of a statement, which the next statement contains. */
export function hashOfStatement(statement: AnchorStatement): string {
  return hash('sha256', signedBytes(statement), 'hex');
}

function rootOf(heads: readonly AnchoredHead[]): string {
  const leaves = heads.map((head) => Buffer.from(canonicalForm(head)));
  return Buffer.from(merkleRoot(leaves)).toString('hex');
}
