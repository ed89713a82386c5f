import { beforeAll, describe, expect, it } from '@jest/globals';
import { type IssuedCertificate, issueSelfSigned } from '../../../local/certificate-authority.ts';
import { UNKNOWN, type ValueRecord } from '../../../provider/framework/values/value.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RegistryWorld } from '../../support/registry-world.ts';
import { CredentialRuns } from './support/credential-runs.ts';
import { RegistryOverHttp } from './support/registry-over-http.ts';

const CLIENT = {
  credential: 'support/crm-api',
  issuer: 'https://auth.example.com',
  client_id: 'orders',
};
const SECRET = { client_secret: 'fake-secret-0001' };

let own: IssuedCertificate;

beforeAll(async () => {
  own = await issueSelfSigned('CN=orders');
});

async function reportedOf(config: ValueRecord): Promise<string[]> {
  const registry = new RegistryOverHttp(new RegistryWorld());
  return await new CredentialRuns(registry, new FakeClock()).validate({ ...CLIENT, ...config });
}

const certificate = () => ({
  tls_client_certificate: own.certificate,
  tls_client_key: own.key,
});

describe('an attribute that the authentication method does not use', () => {
  it('is reported for a secret beside a certificate', async () => {
    const token_endpoint_auth_method = 'tls_client_auth';
    expect(await reportedOf({ ...certificate(), token_endpoint_auth_method })).toEqual([]);
    expect(await reportedOf({ ...certificate(), ...SECRET, token_endpoint_auth_method })).toEqual([
      'client_secret is not used: It needs token_endpoint_auth_method = "client_secret_basic" or "client_secret_post" or "client_secret_jwt", and the method is "tls_client_auth". Set tls_client_certificate and tls_client_key.',
    ]);
  });

  it('is reported for each of certificate and key beside the default method, without their text', async () => {
    const reported = await reportedOf({ ...certificate(), ...SECRET });
    expect(reported).toEqual(
      ['tls_client_certificate is not used', 'tls_client_key is not used'].map((start) =>
        expect.stringContaining(start),
      ),
    );
    expect(reported.join()).not.toContain('BEGIN');
  });

  it('is reported for a key of AWS KMS beside a secret, and the reverse', async () => {
    const key = { assertion_kms_key_id: '00000000-0000-4000-8000-000000000001' };
    expect(await reportedOf({ ...key, ...SECRET })).toEqual([
      expect.stringContaining('assertion_kms_key_id is not used'),
    ]);
    const token_endpoint_auth_method = 'private_key_jwt';
    expect(await reportedOf({ ...SECRET, token_endpoint_auth_method })).toEqual([
      expect.stringContaining('Set private_key_jwk, or client_assertion_source.'),
    ]);
  });

  it('is not reported while the method is not known, or is that of a profile', async () => {
    const both = { ...certificate(), ...SECRET };
    expect(await reportedOf({ ...both, token_endpoint_auth_method: UNKNOWN })).toEqual([]);
    expect(await reportedOf({ ...both, profile: 'keycloak' })).toEqual([]);
  });
});
