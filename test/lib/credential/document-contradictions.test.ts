import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';
import { ecKeyPair } from '../../support/signing-keys.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });

const { client_secret: _, ...withoutSecret } = DOCUMENT;
const byKey = { ...withoutSecret, token_endpoint_auth_method: 'private_key_jwt' };
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
  ])('are rejected: %s', (_what, document, text) => {
    expect(() => parse(document)).toThrow(text);
  });

  it('are all named at once', () => {
    expect(() => parse({ ...byKey, default_scope: 'admin' })).toThrow(
      'private_key_jwk is missing for private_key_jwt; default_scope must be within scope',
    );
  });
});
