import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Anchor, signedBytes } from './anchor.ts';

/**
 * The public key of the anchors.
 *
 * @param bytes PEM, or DER as `aws kms get-public-key` returns it: a SubjectPublicKeyInfo
 * @returns `undefined` if they are not a public key of P-256
 */
export function readPublicKey(bytes: Uint8Array): KeyObject | undefined {
  const key = tryRead(bytes);
  return key?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
}

/** Whether the statement of an anchor was signed by the key. */
export function isSignedBy(key: KeyObject, { statement, signature }: Anchor): boolean {
  return verify('sha256', signedBytes(statement), key, Buffer.from(signature, 'base64'));
}

function tryRead(bytes: Uint8Array): KeyObject | undefined {
  const text = Buffer.from(bytes);
  try {
    // Node would take a private key too, and use its public half. Such a file is in the wrong hands.
    if (text.includes('PRIVATE KEY')) return undefined;
    return text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: text, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}
