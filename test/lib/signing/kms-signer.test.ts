import { generateKeyPairSync, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openKmsSigner } from '../../../lib/signing/kms-signer.ts';
import { startAwsService } from '../../support/aws-service.ts';
import { type KmsService, startKmsService } from '../../support/kms-service.ts';

const { signal } = new AbortController();
const algorithm = 'ECDSA_SHA_256';
const message = Buffer.from('header.payload');
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let kms: KmsService;

beforeAll(async () => {
  kms = await startKmsService();
  kms.keys.set('key-1', { ...pair, keySpec: 'ECC_NIST_P256', algorithms: [algorithm] });
});
afterAll(() => kms.close());

describe('a signature of AWS KMS', () => {
  it('is of the message itself, by the key', async () => {
    const signer = openKmsSigner(kms.options);
    const signature = await signer.sign({ keyId: 'key-1', algorithm, message }, signal);
    expect(verify('sha256', message, pair.publicKey, signature)).toBe(true);
    expect(JSON.parse(kms.requests.at(-1)?.body ?? '')).toMatchObject({ MessageType: 'RAW' });
  });

  it('is not made if KMS refuses: the error is that of the SDK', async () => {
    const signing = openKmsSigner(kms.options).sign({ keyId: 'x', algorithm, message }, signal);
    await expect(signing).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('is an error if the response contains none', async () => {
    const empty = await startAwsService(() => ({ status: 200, body: '{}' }));
    const signing = openKmsSigner(empty.options).sign({ keyId: 'x', algorithm, message }, signal);
    await expect(signing).rejects.toThrow('contains no signature');
    await empty.close();
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const enough = new Error('enough');
    const silent = await startAwsService(() => {
      stop.abort(enough);
      return undefined;
    });
    const signer = openKmsSigner(silent.options);
    const signing = signer.sign({ keyId: 'x', algorithm, message }, stop.signal);
    await expect(signing).rejects.toBe(enough);
    await silent.close();
  });
});
