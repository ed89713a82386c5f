import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  DEFAULT_MEMBERS,
  PROFILE_MEMBERS,
  parseProfile,
} from '../../../lib/credential/profile-schema.ts';

const jsonSchema = JSON.parse(
  readFileSync(new URL('../../../profiles/profile.schema.json', import.meta.url), 'utf8'),
);
const accepts = new Ajv2020({ strict: true, formats: { regex: true } }).compile(jsonSchema);

const parse = (file: unknown) =>
  parseProfile('acme', file, 'acme.json', { allowLoopbackHttp: false });

const least = { description: 'Acme.' };

const everything = {
  $schema: './profile.schema.json',
  ...least,
  defaults: { audience: 'https://acme.example.com', access_token_lifetime: 60 },
  requires: [{ member: 'token_parameters.account_id', text: 'write the account' }],
  rules: [
    {
      member: 'issuer',
      pattern: '/test$',
      when: { member: 'client_id.tenant', pattern: 'test$' },
      text: 'must be the test server',
    },
    { member: 'audience', pattern: '^https:', text: 'must be an https URL' },
  ],
  issuer_comparison: 'trailing_slash_ignored',
  client_id: { encoding: 'base64url', pattern: '^(?<tenant>[a-z]+)' },
  advice: { target_refused: 'Register the audience.' },
};

/** The last column is whether a JSON schema can know the rule. */
const bad: [what: string, file: unknown, text: string | RegExp, inSchema?: boolean][] = [
  ['a list', [], /: description is missing\.$/],
  ['text', 'acme', /: it must be a JSON object\.$/],
  [
    'an unknown member',
    { ...least, default: {} },
    /: default is not a member of a profile; remove it\.$/,
  ],
  ['no description', {}, /: description is missing\.$/],
  [
    'a description of two lines',
    { description: 'a\nb' },
    /: description must be a text of 1 to 500/,
  ],
  ['a list of defaults', { ...least, defaults: 1 }, /: defaults must be an object\.$/],
  ...[
    'issuer',
    'client_id',
    'client_secret',
    'private_key_jwk',
    'profile',
    'status',
    'epoch',
    'other',
  ].map((name): (typeof bad)[number] => [
    `${name} as a default`,
    { ...least, defaults: { [name]: 'x' } },
    `The server profile acme.json is invalid: defaults.${name} is not a member of documents that may have a default; remove it.`,
  ]),
  [
    'an invalid default',
    { ...least, defaults: { token_endpoint: 'http://acme.example.com' } },
    /: defaults\.token_endpoint must be an https URL/,
    false,
  ],
  [
    'a rule for a secret',
    { ...least, rules: [{ member: 'client_secret', pattern: '', text: 'x' }] },
    /: rules\.0\.member must be a public member/,
    false,
  ],
  [
    'a rule for an unknown member',
    { ...least, rules: [{ member: 'Issuer', pattern: '', text: 'x' }] },
    /: rules\.0\.member must be a public member/,
  ],
  [
    'a rule without a text',
    { ...least, rules: [{ member: 'issuer', pattern: '' }] },
    /: rules\.0\.text is missing/,
  ],
  [
    'a pattern that does not compile',
    { ...least, rules: [{ member: 'issuer', pattern: '(', text: 'x' }] },
    /: rules\.0\.pattern must be a regular expression/,
    false,
  ],
  [
    'a name that no client id has',
    { ...least, requires: [{ member: 'client_id.tenant', text: 'x' }] },
    /: client_id\.tenant is not a named group of client_id\.pattern; add it there\.$/,
    false,
  ],
  [
    'an unknown comparison',
    { ...least, issuer_comparison: 'loose' },
    /: issuer_comparison must be exact or trailing_slash_ignored/,
  ],
  [
    'an unknown encoding',
    { ...least, client_id: { encoding: 'hex', pattern: '' } },
    /: client_id\.encoding must be none or base64url/,
  ],
  [
    'advice about an error of the caller',
    { ...least, advice: { policy_denied: 'x' } },
    /: advice\.policy_denied must have only keys of credential_refused,/,
  ],
];

describe('the file of a server profile', () => {
  it.each([
    ['the least', least],
    ['every member', everything],
  ])('may have %s', (_what, file) => {
    expect(accepts(file)).toBe(true);
    expect(parse(file).name).toBe('acme');
  });

  it('has the members of the profile', () => {
    expect(parse(everything)).toEqual({
      name: 'acme',
      defaults: everything.defaults,
      requires: everything.requires,
      rules: everything.rules,
      issuerComparison: 'trailing_slash_ignored',
      clientId: everything.client_id,
      advice: everything.advice,
    });
  });

  it.each(bad)('may not have %s', (_what, file, text, inSchema = true) => {
    expect(() => parse(file)).toThrow(text);
    expect(() => parse(file)).toThrow(/^The server profile acme\.json is invalid: /);
    expect(accepts(file)).toBe(!inSchema);
  });

  it('has the same members in the JSON schema', () => {
    const { properties } = jsonSchema;
    expect(Object.keys(properties)).toEqual(PROFILE_MEMBERS);
    expect(Object.keys(properties.defaults.properties)).toEqual(DEFAULT_MEMBERS);
  });
});
