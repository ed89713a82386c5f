import { createPublicKey, verify } from 'node:crypto';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Callers, makeCallers } from '../../local/callers.ts';
import { type LocalKms, startKms } from '../../local/kms.ts';
import type { KmsKeySpec } from '../../local/kms-keys.ts';
import { sdkCredentials } from '../support/sdk-credentials.ts';

const region = 'eu-north-1';
let callers: Callers;
let kms: LocalKms;

const clientOf = (name: string) =>
  new KMSClient({
    region,
    endpoint: kms.url,
    maxAttempts: 1,
    credentials: sdkCredentials(callers, name),
  });

beforeAll(async () => {
  callers = makeCallers();
  kms = await startKms({ port: 0, region, callers });
});
afterAll(() => kms.close());

const MESSAGE = Buffer.from('header.claims');

const signBy = async (name: string, KeyId: string, SigningAlgorithm: SigningAlgorithmSpec) =>
  await clientOf(name).send(
    new SignCommand({ KeyId, Message: MESSAGE, MessageType: 'RAW', SigningAlgorithm }),
  );

describe('KMS on loopback, through the SDK', () => {
  it.each<[KmsKeySpec, SigningAlgorithmSpec, string | null]>([
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256'],
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512'],
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', null],
  ])('signs with a key of spec %s that it publishes', async (spec, algorithm, digest) => {
    const { arn, id } = kms.keys.create({ spec });
    const operator = clientOf('operator');
    const { PublicKey = new Uint8Array() } = await operator.send(
      new GetPublicKeyCommand({ KeyId: id }),
    );
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    const { Signature = new Uint8Array() } = await signBy('token-vending-function', arn, algorithm);
    expect(verify(digest, MESSAGE, key, Signature)).toBe(true);
  });

  it('creates, describes, disables and enables keys', async () => {
    const operator = clientOf('operator');
    const created = await operator.send(
      new CreateKeyCommand({
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
      }),
    );
    const KeyId = created.KeyMetadata?.Arn ?? '';
    const stateOf = async () =>
      (await operator.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
    const sign = () => signBy('token-vending-function', KeyId, 'ECDSA_SHA_256');
    await operator.send(new DisableKeyCommand({ KeyId }));
    expect(await stateOf()).toBe('Disabled');
    await expect(sign()).rejects.toMatchObject({ name: 'DisabledException' });
    await operator.send(new EnableKeyCommand({ KeyId }));
    expect(await stateOf()).toBe('Enabled');
    expect((await sign()).KeyId).toBe(KeyId);
  });

  it('signs with the algorithms of the key only', async () => {
    const { id } = kms.keys.create({ spec: 'ECC_NIST_P256' });
    const encrypting = kms.keys.create({ spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' });
    const name = 'InvalidKeyUsageException';
    const sign = (key: string, algorithm: SigningAlgorithmSpec) =>
      signBy('token-vending-function', key, algorithm);
    await expect(sign(id, 'ECDSA_SHA_384')).rejects.toMatchObject({ name });
    await expect(sign(encrypting.id, 'RSASSA_PSS_SHA_256')).rejects.toMatchObject({ name });
  });

  it('permits the function to sign with keys that the configuration names, and nobody else', async () => {
    const named = kms.keys.create({ spec: 'ECC_NIST_P256' });
    const other = kms.keys.create({ spec: 'ECC_NIST_P256', signer: 'nobody' });
    const denied = { name: 'AccessDeniedException' };
    for (const caller of ['operator', 'ci-checkout'])
      await expect(signBy(caller, named.id, 'ECDSA_SHA_256')).rejects.toMatchObject(denied);
    const sign = signBy('token-vending-function', other.id, 'ECDSA_SHA_256');
    await expect(sign).rejects.toMatchObject(denied);
    await expect(
      clientOf('token-vending-function').send(new GetPublicKeyCommand({ KeyId: named.id })),
    ).rejects.toMatchObject(denied);
  });

  it('names a key that does not exist, and one whose deletion is scheduled', async () => {
    const get = (KeyId: string) => clientOf('operator').send(new GetPublicKeyCommand({ KeyId }));
    await expect(get('none')).rejects.toMatchObject({ name: 'NotFoundException' });
    const key = kms.keys.create({ spec: 'ECC_NIST_P256' });
    key.state = 'PendingDeletion';
    await expect(get(key.id)).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
  });
});
