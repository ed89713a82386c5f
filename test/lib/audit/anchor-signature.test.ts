import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseAnchor } from '../../../lib/audit/anchor.ts';
import { isSignedBy, readPublicKey } from '../../../lib/audit/anchor-signature.ts';
import { AnchorWorld, makeSigner } from '../../support/anchor-world.ts';

const { publicKey } = makeSigner();
const pair = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const pem = { type: 'spki', format: 'pem' } as const;

describe('the public key of the anchors', () => {
  it('is read from PEM, and from DER as KMS returns it', () => {
    const read = [
      readPublicKey(Buffer.from(publicKey.export(pem))),
      readPublicKey(publicKey.export({ type: 'spki', format: 'der' })),
    ];
    for (const key of read) expect(key?.equals(publicKey)).toBe(true);
  });

  it.each([
    ['a private key', () => pair('P-256').privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['a key of another curve', () => pair('P-384').publicKey.export(pem)],
    ['a key of another kind', () => generateKeyPairSync('ed25519').publicKey.export(pem)],
    ['a broken PEM', () => '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['other bytes', () => 'hello'],
    ['nothing', () => ''],
  ])('is not %s', (_, make) => {
    expect(readPublicKey(Buffer.from(make()))).toBeUndefined();
  });
});

describe('the signature of an anchor', () => {
  it('verifies by its own key, and by no other', async () => {
    const world = new AnchorWorld();
    const { key } = await world.anchor();
    const anchor = parseAnchor(world.store.objects.get(key) as Uint8Array);
    if (anchor === undefined) throw new Error('there is no anchor');
    expect(isSignedBy(world.key.publicKey, anchor)).toBe(true);
    expect(isSignedBy(publicKey, anchor)).toBe(false);
    const later = { ...anchor.statement, time: anchor.statement.time + 1 };
    expect(isSignedBy(world.key.publicKey, { ...anchor, statement: later })).toBe(false);
    expect(isSignedBy(world.key.publicKey, { ...anchor, signature: 'AAAAAAAA' })).toBe(false);
  });
});
