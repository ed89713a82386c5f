import { describe, expect, it } from '@jest/globals';
import { withMemberFiles, withMembers } from '../../../cli/credentials/document-members.ts';

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

describe('members of files as key=file', () => {
  const read = async (file: string, label: string) => `${label} of ${file}`;
  const add = (...texts: string[]) => withMemberFiles({ scope: 'a' }, texts, read);

  it('have the text of the file as the value', async () => {
    expect(await add('tls_client_certificate=a=b.pem', 'tls_client_key=key.pem')).toEqual({
      scope: 'a',
      tls_client_certificate: 'tls_client_certificate of a=b.pem',
      tls_client_key: 'tls_client_key of key.pem',
    });
  });

  it('have a key as JSON, or as a text that the check of the document refuses', async () => {
    const key = ['private_key_jwk=jwk.json'];
    expect(await withMemberFiles({}, key, async () => '{"kty":"EC"}')).toEqual({
      private_key_jwk: { kty: 'EC' },
    });
    expect(await withMemberFiles({}, key, async () => 'text')).toEqual({ private_key_jwk: 'text' });
  });

  it.each([
    ['client.pem', /must have the form key=file, such as tls_client_key=client\.key/],
    ['scope=scope.txt', /scope cannot be read from a file: it must be one of client_secret, /],
  ])('%s is refused', async (text, message) => {
    await expect(add(text)).rejects.toThrow(expect.objectContaining({ exitCode: 2 }));
    await expect(add(text)).rejects.toThrow(message);
  });
});
