import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { ecKeyPair } from '../../support/signing-keys.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });

const { client_secret: _, ...withoutSecret } = DOCUMENT;
const byKey = { ...withoutSecret, token_endpoint_auth_method: 'private_key_jwt' };
const keyless = (source: string) => ({ ...byKey, client_assertion_source: source });
const byKms = { ...keyless('kms'), kms_key_id: '1234abcd' };
const { privateJwk: ecKey } = ecKeyPair('P-256');

describe('keys of a credential document that contradict each other', () => {
  it.each<[what: string, document: object, text: RegExp]>([
    ['no secret', withoutSecret, /client_secret is missing for client_secret_basic/],
    ['no key', byKey, /private_key_jwk is missing/],
    [
      'a secret beside a key',
      { ...DOCUMENT, ...byKey, private_key_jwk: ecKey },
      /client_secret must be absent/,
    ],
    [
      'a key beside a secret',
      { ...DOCUMENT, private_key_jwk: ecKey },
      /private_key_jwk must be absent/,
    ],
    [
      'a default scope beyond the ceiling',
      { ...DOCUMENT, default_scope: 'admin' },
      /default_scope must be within scope/,
    ],
    [
      'a default scope without a ceiling',
      { ...DOCUMENT, scope: undefined },
      /default_scope must be within scope/,
    ],
    ['no id of a KMS key', keyless('kms'), /kms_key_id is missing for client_assertion_source kms/],
    [
      'an alias of a KMS key',
      { ...byKms, kms_key_id: 'alias/orders' },
      /kms_key_id must be the id or the ARN of a key of AWS KMS, not an alias/,
    ],
    [
      'a key beside an assertion of AWS',
      { ...keyless('aws_web_identity'), private_key_jwk: ecKey },
      /private_key_jwk must be absent with client_assertion_source aws_web_identity/,
    ],
    [
      'a source of assertions beside a secret',
      { ...DOCUMENT, client_assertion_source: 'aws_web_identity' },
      /client_assertion_source must be absent unless/,
    ],
    [
      'an algorithm beside a secret',
      { ...DOCUMENT, token_endpoint_auth_signing_alg: 'ES256' },
      /token_endpoint_auth_signing_alg must be absent unless/,
    ],
    [
      'an algorithm that STS does not have',
      { ...keyless('aws_web_identity'), token_endpoint_auth_signing_alg: 'ES256' },
      /must be RS256 or ES384 with client_assertion_source aws_web_identity/,
    ],
    [
      'no certificate',
      { ...withoutSecret, token_endpoint_auth_method: 'tls_client_auth' },
      /tls_client_certificate is missing for tls_client_auth; tls_client_key is missing/,
    ],
  ])('are rejected: %s', (_what, document, text) => {
    expect(() => parse(document)).toThrow(text);
  });

  it('are rejected: the key of another certificate', async () => {
    const [one, other] = [await issueSelfSigned('CN=one'), await issueSelfSigned('CN=other')];
    const document = {
      ...withoutSecret,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_certificate: one.certificate,
    };
    expect(() => parse({ ...document, tls_client_key: other.key })).toThrow(
      'tls_client_key must be the key of the first certificate in tls_client_certificate',
    );
    expect(parse({ ...document, tls_client_key: one.key }).authentication.method).toBe(
      'tls_client_auth',
    );
  });

  it('are all named at once', () => {
    expect(() => parse({ ...byKey, default_scope: 'admin' })).toThrow(
      'private_key_jwk is missing for private_key_jwt; default_scope must be within scope',
    );
  });
});
