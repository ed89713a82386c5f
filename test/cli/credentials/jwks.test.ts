import { generateKeyPairSync } from 'node:crypto';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { importJWK, jwtVerify } from 'jose';
import { openAwsAssertions } from '../../../lib/grant/aws-assertions.ts';
import { openKmsSigner } from '../../../lib/signing/kms-signer.ts';
import { systemClock } from '../../../lib/time/system-clock.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { type KmsService, startKmsService } from '../../support/kms-service.ts';
import { openRegistryEndpoint, type RegistryEndpoint } from '../../support/registry-endpoint.ts';

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const method = { token_endpoint_auth_method: 'private_key_jwt' };
const byKms = { ...method, client_assertion_source: 'kms', kms_key_id: KEY };
let registry: RegistryEndpoint;
let kms: KmsService;

beforeAll(async () => {
  [registry, kms] = await Promise.all([openRegistryEndpoint(), startKmsService()]);
  // The AWS SDK reads it from the process, of which Jest gives each file its own.
  process.env['AWS_ENDPOINT_URL_KMS'] = kms.options.endpoint;
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  kms.keys.set(KEY, { ...pair, keySpec: 'ECC_NIST_P256', algorithms: ['ECDSA_SHA_256'] });
});
afterEach(() => kms.refusals.clear());
afterAll(async () => {
  await kms.close();
  await registry.close();
});

let credentials = 0;

async function jwks(more: object, ...flags: string[]) {
  credentials += 1;
  const name = `support/crm-api-${credentials}`;
  const body = { issuer: 'https://auth.example.com', client_id: 'client-1', ...more };
  await registry.world.start('PUT', `/credentials/${name}`, { body, query: 'test=skip' });
  return await registry.run('credentials', 'jwks', name, ...flags);
}

describe('credentials jwks', () => {
  it('prints the public key that verifies the assertions of AWS KMS', async () => {
    const alg = 'ES256';
    const { stdout } = await jwks({ ...byKms, token_endpoint_auth_signing_alg: alg }, '--json');
    const { keys } = JSON.parse(stdout);
    expect(keys).toEqual([
      expect.objectContaining({ kty: 'EC', crv: 'P-256', kid: KEY, use: 'sig', alg }),
    ]);
    const signer = openKmsSigner(kms.options);
    const absent = () => Promise.reject(new Error('not needed'));
    const assertions = openAwsAssertions(
      { kms: async () => signer, webIdentity: absent },
      systemClock,
    );
    const jwt = await assertions.issue({
      authentication: { method: 'private_key_jwt', source: 'kms', kmsKeyId: KEY, alg },
      clientId: 'client-1',
      audience: 'https://auth.example.com',
      signal: new AbortController().signal,
    });
    const { protectedHeader } = await jwtVerify(jwt, await importJWK(keys[0]));
    expect(protectedHeader.kid).toBe(keys[0].kid);
  });

  it.each([
    ['RSA', () => generateKeyPairSync('rsa', { modulusLength: 2048 }), 'RS256', ['n', 'e']],
    ['EC', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }), 'ES256', ['crv', 'x', 'y']],
    ['OKP', () => generateKeyPairSync('ed25519'), 'EdDSA', ['crv', 'x']],
  ])('prints of a key %s in the document the public part alone', async (kty, make, alg, names) => {
    const jwk = { ...make().privateKey.export({ format: 'jwk' }), kid: 'k1' };
    const { stdout, code } = await jwks({ ...method, private_key_jwk: jwk });
    const [key = {}] = JSON.parse(stdout).keys;
    expect(code).toBeUndefined();
    expect(key).toMatchObject({ kty, kid: 'k1', use: 'sig', alg });
    expect(Object.keys(key).sort()).toEqual(['kty', 'kid', 'use', 'alg', ...names].sort());
    expect(stdout).not.toContain(String((jwk as { d?: string }).d));
  });

  it('says what to register for a client that AWS STS vouches for', async () => {
    const { stderr, code } = await jwks({ ...method, client_assertion_source: 'aws_web_identity' });
    expect(code).toBe(2);
    expect(stderr).toContain('aws iam get-outbound-web-identity-federation-info');
  });

  it('refuses clients without a key of their own', async () => {
    expect(await jwks({ client_secret: 'fake-secret-0007' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it uses client_secret_basic'),
    });
    const { certificate, key } = await issueSelfSigned('CN=crm');
    const token_endpoint_auth_method = 'self_signed_tls_client_auth';
    const tls = { tls_client_certificate: certificate, tls_client_key: key };
    const refused = await jwks({ token_endpoint_auth_method, ...tls });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('Register its certificate instead');
  });

  it.each([
    ['AccessDeniedException', 4, 'does not permit kms:GetPublicKey'],
    ['NotFoundException', 9, 'There is no KMS key'],
    ['KMSInternalException', 6, 'AWS KMS is failing or cannot be reached'],
  ])('states the remedy if KMS responds with %s', async (refusal, code, text) => {
    kms.refusals.set('GetPublicKey', refusal);
    const refused = await jwks(byKms);
    expect(refused).toMatchObject({ code, stdout: '' });
    expect(refused.stderr).toContain(text);
  });

  it('knows the method of a shipped profile', async () => {
    const { stderr, code } = await jwks({ profile: 'hydra', client_secret: 'fake-secret-0008' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('it uses client_secret_')]);
  });

  it('says that the document is invalid if its key is none', async () => {
    registry.script = ({ method: sent }) =>
      sent === 'GET' ? { status: 200, json: { ...described, document: method } } : undefined;
    const { stderr, code } = await registry.run('credentials', 'jwks', 'support/crm-api');
    expect([code, stderr]).toEqual([8, expect.stringContaining('The document')]);
  });
});

const described = {
  credential: 'support/crm-api',
  version_id: 'v1',
  status: 'invalid',
  secret_members: ['private_key_jwk'],
  versions: [],
  rotation: { enabled: false },
};
