import { describe, expect, it } from '@jest/globals';
import { toServerProfile } from '../../../lib/credential/profile.ts';
import { findProfileErrors } from '../../../lib/credential/profile-rules.ts';

const document = { issuer: 'https://auth.example.com', client_id: 'shop-till' };

const errorsOf = (file: object, change: object = {}) =>
  findProfileErrors(toServerProfile('acme', file), { ...document, ...change });

describe('the rules of a server profile', () => {
  it.each([
    ['absent', {}],
    ['empty', { audience: '' }],
    ['an empty list', { audience: [] }],
  ])('require a member that is %s', (_what, change) => {
    const requires = [{ member: 'audience', text: 'write the identifier of the API' }];
    expect(errorsOf({ requires }, change)).toEqual([
      'audience is missing: write the identifier of the API (profile acme)',
    ]);
    expect(errorsOf({ requires }, { audience: ['https://api.example.com'] })).toEqual([]);
  });

  it('require a parameter of the token request', () => {
    const requires = [{ member: 'token_parameters.account_id', text: 'write the account' }];
    expect(errorsOf({ requires })).toEqual([
      'token_parameters.account_id is missing: write the account (profile acme)',
    ]);
    expect(errorsOf({ requires }, { token_parameters: { account_id: 'a' } })).toEqual([]);
  });

  it('restrict each value of a member', () => {
    const rules = [{ member: 'audience', pattern: '^https:', text: 'must be https' }];
    expect(errorsOf({ rules }, { audience: ['https://a.example.com', 'urn:b'] })).toEqual([
      'audience must be https (profile acme)',
    ]);
    expect(errorsOf({ rules }, { audience: 'https://a.example.com' })).toEqual([]);
    expect(errorsOf({ rules })).toEqual([]);
  });

  it('report the first of several rules for a member', () => {
    const rules = [
      { member: 'issuer', pattern: '/realms/', text: 'must be the URL of a realm' },
      { member: 'issuer', pattern: 'internal', text: 'must be internal' },
      { member: 'client_id', pattern: '^svc-', text: 'must begin with svc-' },
    ];
    expect(errorsOf({ rules })).toEqual([
      'issuer must be the URL of a realm (profile acme)',
      'client_id must begin with svc- (profile acme)',
    ]);
  });

  it('hold for a URL on loopback, where a server stands in for another', () => {
    const rules = [{ member: 'issuer', pattern: '/realms/', text: 'must be the URL of a realm' }];
    expect(errorsOf({ rules }, { issuer: 'http://127.0.0.1:9470' })).toEqual([]);
  });

  it('apply only if another member matches', () => {
    const rules = [
      {
        member: 'issuer',
        pattern: 'test',
        when: { member: 'client_id.tenant', pattern: '^shop$' },
        text: 'must be the test server',
      },
    ];
    const client_id = { pattern: '^(?<tenant>[a-z]+)-' };
    const broken = ['issuer must be the test server (profile acme)'];
    expect(errorsOf({ rules, client_id })).toEqual(broken);
    expect(errorsOf({ rules, client_id }, { client_id: 'bank-till' })).toEqual([]);
    expect(errorsOf({ rules, client_id }, { client_id: 'opaque' })).toEqual([]);
  });
});
