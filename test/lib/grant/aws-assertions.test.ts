import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { openAwsAssertions } from '../../../lib/grant/aws-assertions.ts';
import type { AssertionRequest } from '../../../lib/grant/client-assertions.ts';
import { openKmsSigner } from '../../../lib/signing/kms-signer.ts';
import type { WebIdentity } from '../../../lib/signing/web-identity.ts';
import { systemClock } from '../../../lib/time/system-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type KmsService, startKmsService } from '../../support/kms-service.ts';

const audience = 'https://auth.example.com';
const { signal } = new AbortController();
const ARN = 'arn:aws:kms:eu-north-1:111122223333:key/';
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const absent = () => Promise.reject(new Error('not needed'));
let kms: KmsService;

beforeAll(async () => {
  kms = await startKmsService();
  const keys = { rsa: rsa(), p256: ec('P-256'), p384: ec('P-384'), p521: ec('P-521') };
  const all = { ...keys, ed25519: generateKeyPairSync('ed25519') };
  for (const [id, pair] of Object.entries(all))
    kms.keys.set(id, { ...pair, keySpec: '', algorithms: [] });
});
afterAll(() => kms.close());

function sign(kmsKeyId: string, alg: string): Promise<string> {
  const signer = openKmsSigner(kms.options);
  const assertions = openAwsAssertions(
    { kms: async () => signer, webIdentity: absent },
    systemClock,
  );
  const authentication = { method: 'private_key_jwt', source: 'kms', kmsKeyId, alg } as const;
  return assertions.issue({ authentication, clientId: 'orders', audience, signal });
}

describe('an assertion that AWS KMS signs', () => {
  it.each([
    ['RS256', 'rsa'],
    ['RS384', 'rsa'],
    ['RS512', 'rsa'],
    ['PS256', 'rsa'],
    ['PS384', 'rsa'],
    ['PS512', 'rsa'],
    ['ES256', 'p256'],
    ['ES384', 'p384'],
    ['ES512', 'p521'],
    ['EdDSA', 'ed25519'],
  ])('is valid with %s, lives for a minute and names its key', async (alg, id) => {
    const jwt = await sign(ARN + id, alg);
    const key = kms.keys.get(id)?.publicKey;
    if (key === undefined) throw new Error('the key exists');
    const { payload } = await jwtVerify(jwt, key, { algorithms: [alg], audience });
    expect(decodeProtectedHeader(jwt)).toEqual({ alg, kid: id, typ: 'JWT' });
    expect(payload).toEqual({
      iss: 'orders',
      sub: 'orders',
      aud: audience,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: Number(payload.iat) + 60,
    });
  });

  it('is another one for each request', async () => {
    expect(await sign('p256', 'ES256')).not.toBe(await sign('p256', 'ES256'));
  });

  it('is refused with the remedy if the key is unknown', async () => {
    await expect(sign(`${ARN}elsewhere`, 'RS256')).rejects.toMatchObject({
      code: 'credential_invalid',
      message: 'There is no KMS key elsewhere in this Region.',
    });
  });
});

describe('an assertion of AWS STS', () => {
  function issue(webIdentity: WebIdentity) {
    const assertions = openAwsAssertions(
      { kms: absent, webIdentity: async () => webIdentity },
      new FakeClock(),
    );
    const authentication = { method: 'private_key_jwt', source: 'aws_web_identity', alg: 'RS256' };
    return assertions.issue({ authentication, audience, signal } as AssertionRequest);
  }

  it('is for the audience of the document, and lives for five minutes', async () => {
    const requested: object[] = [];
    const jwt = await issue({
      async issue(request) {
        requested.push(request);
        return 'a.b.c';
      },
    });
    expect([jwt, requested]).toEqual(['a.b.c', [{ audience, alg: 'RS256', lifetime: 300 }]]);
  });

  it('is refused with the remedy if federation is disabled', async () => {
    const name = 'OutboundWebIdentityFederationDisabledException';
    const refuse = () => Promise.reject(Object.assign(new Error('No.'), { name }));
    await expect(issue({ issue: refuse })).rejects.toMatchObject({
      code: 'credential_invalid',
      message: expect.stringContaining('federation is disabled'),
    });
  });
});
