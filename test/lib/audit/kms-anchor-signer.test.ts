import { expect, it } from '@jest/globals';
import { openAnchorSigner } from '../../../lib/audit/kms-anchor-signer.ts';
import type { KmsMessage } from '../../../lib/signing/kms-signer.ts';

it('an anchor is signed by its own key, with ECDSA of P-256', async () => {
  const signed: KmsMessage[] = [];
  const sign = async (message: KmsMessage) => {
    signed.push(message);
    return Uint8Array.of(1);
  };
  const message = Uint8Array.of(2);
  const { signal } = new AbortController();
  expect(await openAnchorSigner({ sign }, 'key-1').sign(message, signal)).toEqual(Uint8Array.of(1));
  expect(signed).toEqual([{ keyId: 'key-1', algorithm: 'ECDSA_SHA_256', message }]);
});
