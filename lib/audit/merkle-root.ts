import { createHash } from 'node:crypto';

/**
 * The root hash of a Merkle tree (RFC 9162 section 2.1.1), with SHA-256. Leaves and nodes are
 * hashed with different prefixes, so that no node passes for a leaf.
 *
 * @param leaves may be empty
 * @returns 32 bytes
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return sha256(LEAF, first);
  const split = largestPowerOfTwoBelow(leaves.length);
  return sha256(NODE, merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

function largestPowerOfTwoBelow(number: number): number {
  let power = 1;
  while (power * 2 < number) power *= 2;
  return power;
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
