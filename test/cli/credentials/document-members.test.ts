import { describe, expect, it } from '@jest/globals';
import { withMembers } from '../../../cli/credentials/document-members.ts';

describe('members as key=value', () => {
  it.each([
    ['access_token_format=opaque', { access_token_format: 'opaque' }],
    ['implicit_scope=email profile', { implicit_scope: 'email profile' }],
    ['access_token_lifetime=900', { access_token_lifetime: 900 }],
    ['access_token_lifetime=long', { access_token_lifetime: 'long' }],
    [
      'audience=https://a.example  https://b.example',
      { audience: ['https://a.example', 'https://b.example'] },
    ],
    ['resource=', { resource: [] }],
    [
      'token_endpoint=https://a.example/token?a=b',
      { token_endpoint: 'https://a.example/token?a=b' },
    ],
    ['token_parameters.account_id=a=1', { token_parameters: { account_id: 'a=1', kept: 'yes' } }],
  ])('%s is a member of the document', (text, members) => {
    const document = { scope: 'a', token_parameters: { kept: 'yes' } };
    expect(withMembers(document, [text])).toEqual({ ...document, ...members });
  });

  it.each([
    ['opaque', /must have the form key=value, such as access_token_format=opaque/],
    ['client_secret=abc', /client_secret is a secret: .* command lines are visible/],
    ['private_key_jwk.d=abc', /private_key_jwk is a secret/],
    ['colour=green', /There is no member colour: it must be one of issuer, client_id, /],
    ['token_parameters=a', /There is no member token_parameters: .* token_parameters\.NAME,/],
    ['scope.a=b', /There is no member scope/],
  ])('%s is refused', (text, message) => {
    expect(() => withMembers({}, [text])).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => withMembers({}, [text])).toThrow(message);
  });
});
