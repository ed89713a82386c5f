import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { parseTokenRequest } from '../../../lib/vending/token-request.ts';
import { FakeWorld, formRequest, tokenRequest } from '../../support/fake-ports.ts';

const GRANT = 'grant_type=client_credentials';
const CLIENT = 'client_id=checkout/orders-api';
const good = `${GRANT}&${CLIENT}`;

describe('token request', () => {
  it('reads credential, scope, targets and min_ttl', () => {
    const body = `${good}&scope=b+a+b&audience=y&audience=x&audience=x&resource=https%3A%2F%2Fapi.example.com&min_ttl=900`;
    expect(parseTokenRequest(formRequest('/oauth2/token', body))).toEqual({
      credential: { team: 'checkout', name: 'orders-api' },
      scope: ['a', 'b'],
      audience: ['x', 'y'],
      resource: ['https://api.example.com'],
      minTtl: 900,
    });
  });

  it('treats empty values as omitted, and takes any living token if the caller names no min_ttl', () => {
    const parsed = parseTokenRequest(
      formRequest('/oauth2/token', `${good}&scope=&audience=&min_ttl=`),
    );
    expect(parsed).toMatchObject({ scope: [], audience: [], minTtl: 0 });
  });

  it('accepts a content type with parameters, in any case', () => {
    const request = tokenRequest();
    const headers = { 'content-type': 'Application/X-WWW-Form-Urlencoded; charset=utf-8' };
    expect(parseTokenRequest({ ...request, headers }).minTtl).toBe(0);
  });

  it('reads the SHA-256 of a rejected token, in any case', () => {
    const body = `${good}&rejected_token_sha256=${'0Aa'.repeat(21)}F`;
    expect(parseTokenRequest(formRequest('/oauth2/token', body)).rejectedTokenSha256).toBe(
      `${'0aa'.repeat(21)}f`,
    );
  });

  const bad: [what: string, body: string, code: string, text: RegExp][] = [
    ['no grant_type', CLIENT, 'request_malformed', /^grant_type is missing/],
    ['another grant', `grant_type=password&${CLIENT}`, 'grant_unsupported', /client_credentials/],
    ['no client_id', GRANT, 'request_malformed', /^client_id is missing/],
    [
      'a client_id that is no credential',
      `${GRANT}&client_id=Orders`,
      'request_malformed',
      /^client_id must be team\/name/,
    ],
    [
      'a repeated single parameter',
      `${good}&min_ttl=1&min_ttl=2`,
      'request_malformed',
      /^min_ttl must not be repeated/,
    ],
    [
      'a parameter repeated as an empty one',
      `${good}&scope=&scope=a`,
      'request_malformed',
      /^scope must not be repeated/,
    ],
    [
      'a rejected token instead of its SHA-256',
      `${good}&rejected_token_sha256=canary`,
      'request_malformed',
      /^rejected_token_sha256 must be 64 hexadecimal digits/,
    ],
    ['an unknown parameter', `${good}&tenant=x`, 'request_malformed', /^tenant is not a parameter/],
    [
      'a parameter that is no name',
      `${good}&%3Cb%3E=x`,
      'request_malformed',
      /^A parameter is unknown/,
    ],
    [
      'a parameter named like a member of every object',
      `${good}&constructor=x`,
      'request_malformed',
      /^constructor is not/,
    ],
    [
      'a client secret',
      `${good}&client_secret=canary-x`,
      'request_malformed',
      /SigV4 signature is the client authentication/,
    ],
    [
      'a client assertion',
      `${good}&client_assertion=canary-x`,
      'request_malformed',
      /SigV4 signature/,
    ],
    ['broken percent encoding', `${good}&scope=%E0%A4%A`, 'request_malformed', /percent-encoded/],
    ['two spaces in scope', `${good}&scope=a++b`, 'request_malformed', /^scope must be/],
    ['a quote in scope', `${good}&scope=%22a`, 'request_malformed', /^scope must be/],
    ['a space in audience', `${good}&audience=a+b`, 'request_malformed', /^audience must be/],
    ['a relative resource', `${good}&resource=/orders`, 'request_malformed', /^resource must be/],
    [
      'a resource with a fragment',
      `${good}&resource=https://a.example/%23x`,
      'request_malformed',
      /^resource must be/,
    ],
    [
      'eleven audiences',
      `${good}${Array.from({ length: 11 }, (_, i) => `&audience=a${i}`).join('')}`,
      'request_malformed',
      /^audience must not occur more/,
    ],
    ['a negative min_ttl', `${good}&min_ttl=-1`, 'request_malformed', /^min_ttl must be/],
    ['a fractional min_ttl', `${good}&min_ttl=1.5`, 'request_malformed', /^min_ttl must be/],
    [
      'a min_ttl of more than a day',
      `${good}&min_ttl=86401`,
      'request_malformed',
      /^min_ttl must be/,
    ],
    ['an empty body', '', 'request_malformed', /^grant_type is missing/],
    [
      'a body over 8 KiB',
      `${good}&scope=${'a'.repeat(8192)}`,
      'request_malformed',
      /^The body must be at most 8192 bytes/,
    ],
  ];

  it.each(bad)('rejects %s, mints nothing and repeats nothing', async (_what, body, code, text) => {
    const world = new FakeWorld();
    const { status, json, body: response } = await world.serve(formRequest('/oauth2/token', body));
    expect(status).toBe(400);
    expect(json).toMatchObject({ code, error_description: expect.stringMatching(text) });
    expect(response).not.toContain('canary');
    expect(world.server.tokenRequests).toBe(0);
    expect(world.store.reads).toBe(0);
    expect(world.audit.kinds).toEqual(['refusal']);
  });

  it.each([
    [
      'another content type',
      { headers: { 'content-type': 'application/json' } },
      /^Content-Type must be/,
    ],
    ['no content type', { headers: {} }, /^Content-Type must be/],
    [
      'parameters in the query',
      { query: 'grant_type=client_credentials' },
      /^Parameters must be in the body/,
    ],
  ])('rejects %s', async (_what, overrides, text) => {
    const { status, json } = await new FakeWorld().serve({ ...tokenRequest(), ...overrides });
    expect(status).toBe(400);
    expect(json['error_description']).toMatch(text);
  });

  it('either reads a body or rejects it as malformed, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webQueryParameters()), (body) => {
        try {
          expect(parseTokenRequest(formRequest('/oauth2/token', body)).credential.team).toMatch(
            /^[a-z0-9]/,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(VendError);
        }
      }),
    );
  });
});
