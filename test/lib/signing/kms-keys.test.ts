import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openKmsKeys } from '../../../lib/signing/kms-keys.ts';
import { type KmsService, startKmsService } from '../../support/kms-service.ts';

const { signal } = new AbortController();
const pair = generateKeyPairSync('ed25519');
let kms: KmsService;

beforeAll(async () => {
  kms = await startKmsService();
  const algorithms = ['ED25519_SHA_512'];
  const keySpec = 'ECC_NIST_EDWARDS25519';
  kms.keys.set('key-1', { ...pair, keySpec, algorithms, state: 'Disabled' });
});
afterAll(() => kms.close());

describe('a key of AWS KMS', () => {
  it('is described by usage, spec and state', async () => {
    const keys = openKmsKeys(kms.options);
    expect(await keys.describe('key-1', signal)).toEqual({
      usage: 'SIGN_VERIFY',
      spec: 'ECC_NIST_EDWARDS25519',
      state: 'Disabled',
    });
    keys.close();
  });

  it('has a public key that can be read', async () => {
    const keys = openKmsKeys(kms.options);
    const key = await keys.readPublicKey('key-1', signal);
    expect(key.equals(pair.publicKey)).toBe(true);
    keys.close();
  });

  it.each(['describe', 'readPublicKey'] as const)(
    'is refused by the name of the SDK if it does not exist (%s)',
    async (operation) => {
      const keys = openKmsKeys(kms.options);
      await expect(keys[operation]('key-2', signal)).rejects.toMatchObject({
        name: 'NotFoundException',
      });
      keys.close();
    },
  );
});
