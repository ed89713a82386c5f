import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { merkleRoot } from '../../../lib/audit/merkle-root.ts';

const sha256 = (...parts: Uint8Array[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = (text: string) => sha256(Uint8Array.of(0), Buffer.from(text));
const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);
const rootOf = (texts: readonly string[]) =>
  Buffer.from(merkleRoot(texts.map((text) => Buffer.from(text)))).toString('hex');

describe('the Merkle root of RFC 9162', () => {
  it('of no leaves is the hash of nothing, and of one leaf the hash of the leaf', () => {
    expect(rootOf([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(rootOf(['a'])).toBe(leaf('a').toString('hex'));
  });

  it('splits the leaves at the largest power of two below their number', () => {
    const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(leaf) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    expect(rootOf(['a', 'b', 'c'])).toBe(node(node(a, b), c).toString('hex'));
    expect(rootOf(['a', 'b', 'c', 'd'])).toBe(node(node(a, b), node(c, d)).toString('hex'));
    expect(rootOf(['a', 'b', 'c', 'd', 'e'])).toBe(
      node(node(node(a, b), node(c, d)), e).toString('hex'),
    );
  });

  it('differs if any leaf is changed, removed, added or moved', () => {
    const texts = fc.array(fc.string(), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(texts, fc.nat(), (all, at) => {
        const index = at % all.length;
        const changed = all.with(index, `${all[index]}x`);
        const changes = [changed, all.toSpliced(index, 1), [...all, 'x']];
        if (all[0] !== all[1]) changes.push([all[1] as string, all[0] as string, ...all.slice(2)]);
        for (const change of changes) expect(rootOf(change)).not.toBe(rootOf(all));
      }),
    );
  });

  it('of two leaves is not the root of their nodes as a leaf', () => {
    const inner = Buffer.concat([leaf('a'), leaf('b')]);
    expect(Buffer.from(merkleRoot([inner])).toString('hex')).not.toBe(rootOf(['a', 'b']));
  });
});
