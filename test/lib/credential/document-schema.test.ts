import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });

describe('a key of a credential document', () => {
  it.each<[what: string, document: object, text: RegExp]>([
    ['no issuer', { ...DOCUMENT, issuer: undefined }, /issuer is missing/],
    ['no client_id', { ...DOCUMENT, client_id: undefined }, /client_id is missing/],
    ['an empty client_id', { ...DOCUMENT, client_id: '' }, /client_id must be a string of 1/],
    [
      'an http issuer',
      { ...DOCUMENT, issuer: 'http://auth.example.com' },
      /issuer must be an https URL/,
    ],
    [
      'an issuer with user info',
      { ...DOCUMENT, issuer: 'https://a:b@auth.example.com' },
      /issuer must be an https URL/,
    ],
    [
      'an issuer with a fragment',
      { ...DOCUMENT, issuer: 'https://auth.example.com/#' },
      /issuer must be an https URL/,
    ],
    [
      'an issuer with a query',
      { ...DOCUMENT, issuer: 'https://auth.example.com/?a' },
      /issuer must have no query/,
    ],
    ['an issuer that is no URL', { ...DOCUMENT, issuer: 'auth' }, /issuer must be an https URL/],
    [
      'an issuer with a line break',
      { ...DOCUMENT, issuer: 'https://auth.example.com/\n' },
      /issuer must not end with a control character such as a newline/,
    ],
    [
      'a secret with a line break at its end',
      { ...DOCUMENT, client_secret: 'secret\r\n' },
      /client_secret must not end with a control character such as a newline\.$/,
    ],
    [
      'a secret with a tab at its end',
      { ...DOCUMENT, client_secret: 'secret\t' },
      /client_secret must not end with a control character such as a newline\.$/,
    ],
    [
      'a secret that is a line break',
      { ...DOCUMENT, client_secret: '\n' },
      /client_secret must not end with a control character/,
    ],
    [
      'a secret with a tab inside',
      { ...DOCUMENT, client_secret: 'sec\tret' },
      /client_secret must not contain control characters\.$/,
    ],
    [
      'a scope with a line break at its end',
      { ...DOCUMENT, scope: 'orders:read\n' },
      /scope must not end with a control character/,
    ],
    [
      'an audience with a line break at its end',
      { ...DOCUMENT, audience: 'https://orders.example.com\n' },
      /audience must not end with a control character/,
    ],
    ['an empty secret', { ...DOCUMENT, client_secret: '' }, /client_secret must be a string of 1/],
    [
      'an unknown method',
      { ...DOCUMENT, token_endpoint_auth_method: 'none' },
      /token_endpoint_auth_method must be client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, tls_client_auth or self_signed_tls_client_auth/,
    ],
    [
      'a secret that is a number',
      { ...DOCUMENT, client_secret: 5 },
      /client_secret must be a string of 1/,
    ],
    ['a scope that is a list', { ...DOCUMENT, scope: ['a'] }, /scope must be scopes/],
    ['an audience with a space', { ...DOCUMENT, audience: 'a b' }, /audience must be/],
    ['a repeated audience', { ...DOCUMENT, audience: ['a', 'a'] }, /audience must be/],
    ['an audience that is a number', { ...DOCUMENT, audience: 5 }, /audience must be/],
    ['an epoch that is no number', { ...DOCUMENT, epoch: '1' }, /epoch must be a whole number/],
    ['a negative epoch', { ...DOCUMENT, epoch: -1 }, /epoch must be a whole number/],
    [
      'a lifetime of no time',
      { ...DOCUMENT, access_token_lifetime: 0 },
      /access_token_lifetime must be a whole number of seconds from 1/,
    ],
    ['a grant with a space', { ...DOCUMENT, grant_type: 'a b' }, /grant_type must be a name/],
    [
      'a parameter that the function sets itself',
      { ...DOCUMENT, token_parameters: { scope: 'a' } },
      /token_parameters must not have grant_type, scope/,
    ],
    [
      'a parameter that is a number',
      { ...DOCUMENT, token_parameters: { a: 5 } },
      /token_parameters must be an object/,
    ],
    [
      'a parameter with a space in its name',
      { ...DOCUMENT, token_parameters: { 'a b': 'c' } },
      /token_parameters must be an object/,
    ],
    [
      'too many parameters',
      {
        ...DOCUMENT,
        token_parameters: Object.fromEntries(
          Array.from({ length: 21 }, (_, at) => [`a${at}`, 'b']),
        ),
      },
      /token_parameters must be an object of at most 20/,
    ],
    [
      'an http token endpoint',
      { ...DOCUMENT, token_endpoint: 'http://x.example' },
      /token_endpoint must be an https URL/,
    ],
  ])('is rejected: %s', (_what, document, text) => {
    expect(() => parse(document)).toThrow(text);
  });

  it.each([
    ['a list without members', { audience: [] }, { audience: [] }],
    ['one text in place of a list', { resource: 'a' }, { resource: ['a'] }],
    ['scopes in any order', { scope: 'b orders:read a b' }, { scope: ['a', 'b', 'orders:read'] }],
    ['no scope at all', { scope: '', default_scope: '' }, { scope: [], defaultScope: [] }],
    ['the largest epoch', { epoch: Number.MAX_SAFE_INTEGER }, { epoch: Number.MAX_SAFE_INTEGER }],
    ['an issuer with a path', { issuer: `${ISSUER}/realms/a` }, { issuer: `${ISSUER}/realms/a` }],
  ])('may be %s', (_what, change, expected) => {
    expect(parse({ ...DOCUMENT, ...change })).toMatchObject(expected);
  });
});
