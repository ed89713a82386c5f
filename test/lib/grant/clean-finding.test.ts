import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { cleanFinding, cleanText, secretsOf } from '../../../lib/grant/clean-finding.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';
import { ecKeyPair } from '../../support/signing-keys.ts';

const authenticationOf = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false }).authentication;
const { client_secret: _, ...PUBLIC } = DOCUMENT;

describe('the secrets of a document', () => {
  it('are its client secret', () => {
    expect(secretsOf(authenticationOf(DOCUMENT))).toEqual([SECRET_CANARY]);
  });

  it('are the long members of its private key, and no names such as that of a curve', () => {
    const private_key_jwk = ecKeyPair('P-256').privateJwk;
    const method = { token_endpoint_auth_method: 'private_key_jwt', private_key_jwk };
    const secrets = secretsOf(authenticationOf({ ...PUBLIC, ...method }));
    expect(secrets).toContain(private_key_jwk.d);
    expect(secrets).not.toContain('P-256');
  });

  it('are the key of its certificate', () => {
    const clientCertificate = { certificate: 'public', key: 'private' };
    const method = 'tls_client_auth';
    expect(secretsOf({ method, clientCertificate })).toEqual(['private']);
  });

  it('are none if AWS signs', () => {
    const method = 'private_key_jwt';
    expect(secretsOf({ method, source: 'aws_web_identity', alg: 'RS256' })).toEqual([]);
  });
});

describe('a text of a server', () => {
  it('is shown without secrets and control characters', () => {
    expect(cleanText(`a\u001b[31m${SECRET_CANARY}\u202e`, [SECRET_CANARY])).toBe('a [31m(secret) ');
  });

  it('is cut after 500 characters', () => {
    expect(cleanText('x'.repeat(600), [])).toBe(`${'x'.repeat(500)}...`);
  });
});

describe('a JSON value of a server', () => {
  it('is cleaned at any depth, names of members included', () => {
    const value = { [`a-${SECRET_CANARY}`]: [{ b: SECRET_CANARY }, 7, null, true, undefined] };
    expect(cleanFinding(value, [SECRET_CANARY])).toEqual({
      'a-(secret)': [{ b: '(secret)' }, 7, null, true, undefined],
    });
  });

  it('has at most 50 members and entries', () => {
    const many = Array.from({ length: 60 }, (_value, number) => number);
    expect(cleanFinding(many, [])).toHaveLength(50);
    const object = Object.fromEntries(many.map((number) => [`m${number}`, number]));
    expect(Object.keys(cleanFinding(object, []))).toHaveLength(50);
  });
});
