import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ISSUER, METADATA } from '../fake-ports.ts';
import { anyBody, anyObject, anyValue } from './any-json.ts';
import { expectNamed, TIMEOUT } from './any-token-response.ts';
import { type Obtained, obtainFrom } from './obtain-from.ts';
import { publishedJwk, signToken } from './signed-token.ts';

const NOTHING = { scope: [], audience: [], resource: [] };
const TOKEN = JSON.stringify({ access_token: 'canary-token', expires_in: 60 });

const MEMBERS = {
  issuer: [ISSUER, `${ISSUER}/`, 'https://other.example.com', ''],
  token_endpoint: [
    METADATA.token_endpoint,
    'https://login.auth.example.com/token',
    'https://other.example.com/token',
    'http://auth.example.com/token',
    'https://a:b@auth.example.com/token',
    'https://auth.example.com/token#x',
    'https://auth.example.com.other.example.com/',
    'javascript:1',
  ],
  jwks_uri: [METADATA.jwks_uri, 'http://auth.example.com/jwks', ''],
  revocation_endpoint: [METADATA.revocation_endpoint, 'https://other.example.com/revoke'],
  token_endpoint_auth_methods_supported: [['client_secret_basic'], [], 'client_secret_basic'],
  grant_types_supported: [['client_credentials'], ['authorization_code'], null],
  access_token_issuer: [ISSUER, 'http://sts.example.com', ['a']],
};

const METADATA_NAMED =
  /metadata of the authorization server .*(: (issuer|token_endpoint) |it must be a JSON object)/i;
const KEYS_NAMED =
  /key set \(jwks_uri\) of the authorization server .*list of keys|published keys \(jwks_uri\)|: its signature must be valid/;

// A secret is sent to the host of the issuer or below it alone.
function expectPresentedToIssuer({ presentedTo }: Obtained): void {
  for (const { protocol, hostname } of presentedTo) {
    expect(protocol).toBe('https:');
    expect(`.${hostname}`.endsWith('.auth.example.com')).toBe(true);
  }
}

const right = { ...publishedJwk('ES256'), kid: 'right' };

const anyKey = anyObject({
  kty: ['EC', 'RSA', 'OKP', 'AKP', 'constructor'],
  crv: ['P-256', 'P-384', 'Ed25519'],
  x: [publishedJwk('ES256 other')['x'], ''],
  y: [publishedJwk('ES256 other')['y'], ''],
  n: ['AQAB', ''],
  e: ['AQAB', ''],
  kid: ['right', 'other', 7],
  alg: ['ES256', 'RS256', 'none', null],
  use: ['sig', 'enc', null],
  key_ops: [['verify'], [], 'verify'],
});

/** @param numRuns number of responses to try of each kind */
export function describeAnyMetadata(numRuns: number): void {
  it(
    'is used as checked, or refused by a text that names a member',
    async () => {
      const property = fc.asyncProperty(anyBody(anyObject(MEMBERS)), async (metadata) => {
        const obtained = await obtainFrom({ metadata, token: TOKEN }, {}, NOTHING);
        expectPresentedToIssuer(obtained);
        expect(obtained.presentedTo).toHaveLength(obtained.token === undefined ? 0 : 1);
        if (obtained.token === undefined) expectNamed(obtained, METADATA_NAMED);
      });
      await fc.assert(property, { numRuns });
    },
    TIMEOUT,
  );
}

/** @param numRuns number of key sets to try of each kind */
export function describeAnyKeySet(numRuns: number): void {
  const claims = { iss: ISSUER, exp: Date.UTC(2030, 0, 1) / 1000 };
  const signed = async () => {
    const access_token = await signToken('ES256', { kid: 'right' }, claims);
    return JSON.stringify({ access_token });
  };

  it(
    'that contains the right key verifies a token, whatever is beside it',
    async () => {
      const beside = fc.array(fc.oneof(anyKey, anyValue), { maxLength: 4 });
      const property = fc.asyncProperty(beside, beside, async (before, after) => {
        const keys = `{"keys":[${[...before, JSON.stringify(right), ...after].join()}]}`;
        const { token, error } = await obtainFrom({ keys, token: await signed() }, {}, NOTHING);
        expect([token?.expiresAt, error]).toEqual([claims.exp * 1000, undefined]);
      });
      await fc.assert(property, { numRuns });
    },
    TIMEOUT,
  );

  it(
    'without the right key is named',
    async () => {
      const other = fc.array(fc.oneof(anyKey, anyValue), { maxLength: 4 });
      const sets = anyBody(
        fc.oneof(
          other.map((keys) => `{"keys":[${keys.join()}]}`),
          anyValue.map((keys) => `{"keys":${keys}}`),
          anyObject({ keys: [[], null, {}] }),
        ),
      );
      const property = fc.asyncProperty(sets, async (keys) => {
        const obtained = await obtainFrom({ keys, token: await signed() }, {}, NOTHING);
        expectNamed(obtained, KEYS_NAMED);
      });
      await fc.assert(property, { numRuns });
    },
    TIMEOUT,
  );
}
