import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { jsonToDynamic } from '../../../provider/framework/values/json-dynamic.ts';
import {
  fromDocument,
  toDocument,
} from '../../../provider/tokenvending/credential-document-keys.ts';

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const attributes = fc.record({
  issuer: word.map((host) => `https://${host}.example.com`),
  client_id: word,
  token_endpoint_auth_method: nullable(
    fc.constantFrom('client_secret_basic', 'client_secret_post', 'client_secret_jwt'),
  ),
  client_assertion_audience: nullable(fc.constantFrom('issuer', 'token_endpoint')),
  client_assertion_source: nullable(fc.constant('document')),
  assertion_kms_key_id: fc.constant(null),
  token_endpoint_auth_signing_alg: fc.constant(null),
  tls_client_certificate: fc.constant(null),
  tls_client_certificate_bound_access_tokens: nullable(fc.boolean()),
  grant_type: nullable(word),
  token_parameters: nullable(
    fc
      .dictionary(
        word.map((name) => `p_${name}`),
        fc.oneof(word, words),
      )
      .map(jsonToDynamic),
  ),
  scope: nullable(words.map((scopes) => [...scopes].sort())),
  default_scope: fc.constant(null),
  implicit_scope: nullable(words.map((scopes) => [...scopes].sort())),
  audience: nullable(words),
  resource: nullable(words),
  token_endpoint: nullable(word.map((host) => `https://${host}.example.com/token`)),
  revocation_endpoint: nullable(word.map((host) => `https://${host}.example.com/revoke`)),
  introspection_endpoint: nullable(word.map((host) => `https://${host}.example.com/introspect`)),
  access_token_format: nullable(fc.constantFrom('auto', 'opaque', 'jwt')),
  access_token_issuer: nullable(word.map((host) => `https://${host}.example.com/`)),
  access_token_lifetime: nullable(fc.integer({ min: 1, max: 315_360_000 })),
  jwks_uri: nullable(word.map((host) => `https://${host}.example.com/jwks`)),
  profile: fc.constantFrom('generic'),
  token_sharing: nullable(fc.constantFrom('shared', 'per_principal', 'per_session')),
  rotation: nullable(
    word.map((recipe) => jsonToDynamic({ recipe, parameters: { realm: 'shop' }, every: '30d' })),
  ),
  status: fc.constantFrom('enabled', 'disabled'),
  epoch: fc.nat(),
});

describe('a credential document and the attributes of its resource', () => {
  it('are converted into each other without loss', () => {
    fc.assert(
      fc.property(attributes, (given) => {
        const document = toDocument(given, { client_secret: 'canary-secret' });
        expect(fromDocument(document)).toEqual(given);
        expect(fromDocument(document)).not.toHaveProperty('client_secret');
        expect(
          parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false }).clientId,
        ).toBe(given.client_id);
      }),
    );
  });

  it('are read in spite of manual edits', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('issuer', 'scope', 'audience', 'epoch', 'status', 'token_parameters'),
          fc.jsonValue(),
        ),
        (document) => {
          const read = fromDocument(document);
          expect(typeof read.issuer).toBe('string');
          expect(typeof read.epoch).toBe('number');
          expect(read.scope === null || read.scope.every((one) => typeof one === 'string')).toBe(
            true,
          );
          expect(
            read.audience === null || read.audience.every((one) => typeof one === 'string'),
          ).toBe(true);
        },
      ),
    );
  });

  it('read one audience as text as a list of one', () => {
    expect(fromDocument({ audience: 'https://a.example.com' }).audience).toEqual([
      'https://a.example.com',
    ]);
  });
});
