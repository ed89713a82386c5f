import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { ecKeyPair } from '../../support/signing-keys.ts';

const { client_secret: _, ...withoutSecret } = DOCUMENT;

const authenticationOf = (more: object) =>
  parseCredentialDocument(JSON.stringify({ ...withoutSecret, ...more }), {
    allowLoopbackHttp: false,
  }).authentication;

const method = 'private_key_jwt';
const assertion = { token_endpoint_auth_method: method };
const ARN = 'arn:aws:kms:eu-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('a client proves itself', () => {
  it('by a key of its document', () => {
    const { privateJwk } = ecKeyPair('P-256');
    expect(authenticationOf({ ...assertion, private_key_jwk: privateJwk })).toMatchObject({
      method,
      source: 'document',
      privateKeyJwk: { alg: 'ES256' },
    });
  });

  it('by a key of AWS KMS, with RS256 unless the document says otherwise', () => {
    const byKms = { ...assertion, client_assertion_source: 'kms', kms_key_id: ARN };
    const expected = { method, source: 'kms', kmsKeyId: ARN };
    expect(authenticationOf(byKms)).toEqual({ ...expected, alg: 'RS256' });
    const signed = { ...byKms, token_endpoint_auth_signing_alg: 'ES256' };
    expect(authenticationOf(signed)).toEqual({ ...expected, alg: 'ES256' });
  });

  it('by its identity in AWS', () => {
    const byIdentity = { ...assertion, client_assertion_source: 'aws_web_identity' };
    const expected = { method, source: 'aws_web_identity', alg: 'RS256' };
    expect(authenticationOf(byIdentity)).toEqual(expected);
  });

  it.each(['tls_client_auth', 'self_signed_tls_client_auth'])(
    'by a certificate: %s',
    async (tls) => {
      const { certificate, key } = await issueSelfSigned('CN=orders');
      expect(
        authenticationOf({
          token_endpoint_auth_method: tls,
          tls_client_certificate: certificate,
          tls_client_key: key,
        }),
      ).toEqual({ method: tls, clientCertificate: { certificate, key } });
    },
  );
});
