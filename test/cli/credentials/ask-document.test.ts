import { describe, expect, it } from '@jest/globals';
import { askDocument } from '../../../cli/credentials/ask-document.ts';
import { generic, type ServerProfile } from '../../../lib/credential/profile.ts';
import { shipped } from '../../../profiles/shipped.ts';

/** Answers by the first word of a prompt. Any other prompt has an empty answer. */
async function ask(profile: ServerProfile, words: Record<string, string | string[]>, given = {}) {
  const asked: string[] = [];
  const rest = Object.fromEntries(Object.entries(words).map(([word, one]) => [word, [one].flat()]));
  const answer = async (label: string) => {
    const [word = ''] = label.split(' ');
    asked.push(word);
    return rest[word]?.shift() ?? '';
  };
  const document = await askDocument(
    { line: answer, secret: answer, content: answer },
    profile,
    given,
  );
  return { asked, document };
}

const profileOf = (name: string): ServerProfile => {
  const profile = shipped.find((one) => one.name === name);
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  return profile;
};
const client = { issuer: 'https://auth.example.com', client: 'fake-client' };

describe('prompts for a document', () => {
  it('ask for what a server without a profile needs, and for further keys', async () => {
    const another = ['access_token_format=opaque', 'token_parameters.tag=a b', 'epoch=2'];
    const { asked, document } = await ask(generic, {
      ...client,
      scope: '',
      scopes: 'a b',
      another,
    });
    expect(asked).toEqual([
      ...['issuer', 'client', 'authentication', 'client', 'scopes', 'default', 'audience'],
      ...['another', 'another', 'another', 'another'],
    ]);
    expect(document).toEqual({
      issuer: client.issuer,
      client_id: 'fake-client',
      client_secret: '',
      scope: 'a b',
      access_token_format: 'opaque',
      token_parameters: { tag: 'a b' },
      epoch: 2,
    });
  });

  it('ask for nothing that the profile supplies, and for what it requires', async () => {
    const zoom = { ...client, 'token_parameters.account_id': 'a1' };
    const { asked, document } = await ask(profileOf('zoom'), zoom);
    expect(asked.slice(0, 4)).toEqual([
      'issuer',
      'client',
      'client',
      'token_parameters.account_id',
    ]);
    expect(document).toMatchObject({ profile: 'zoom', token_parameters: { account_id: 'a1' } });
    const hydra = await ask(profileOf('hydra'), client, {
      token_endpoint_auth_method: 'private_key_jwt',
    });
    expect(hydra.asked).not.toContain('aud');
    expect(hydra.document).toHaveProperty('private_key_jwk');
  });

  it('ask for nothing that the command line supplies', async () => {
    const given = { issuer: 'https://b.example', scope: 'a', audience: ['b'] };
    const { asked, document } = await ask(generic, client, given);
    expect(asked).toEqual(['client', 'authentication', 'client', 'default', 'another']);
    expect(document).toMatchObject(given);
  });

  it('ask for a key and the audience of assertions, if the method signs', async () => {
    const words = { ...client, authentication: 'private_key_jwt', private: '{"kty":"EC"}' };
    const { document } = await ask(generic, { ...words, aud: 'token_endpoint' });
    expect(document).toMatchObject({
      private_key_jwk: { kty: 'EC' },
      client_assertion_audience: 'token_endpoint',
    });
    expect(document).not.toHaveProperty('client_secret');
    const { document: other } = await ask(generic, { ...words, private: 'no JSON' });
    expect(other).toMatchObject({ private_key_jwk: 'no JSON' });
  });

  it('ask for a key of AWS KMS and for no secret, if KMS signs', async () => {
    const words = { ...client, authentication: 'private_key_jwt', source: 'kms', key: 'k1' };
    const { asked, document } = await ask(generic, { ...words, algorithm: 'ES256' });
    expect(asked).not.toContain('private');
    expect(document).toEqual({
      issuer: client.issuer,
      client_id: 'fake-client',
      token_endpoint_auth_method: 'private_key_jwt',
      client_assertion_source: 'kms',
      kms_key_id: 'k1',
      token_endpoint_auth_signing_alg: 'ES256',
    });
  });

  it('ask for the audience and for no secret, if AWS STS vouches for the function', async () => {
    const given = {
      token_endpoint_auth_method: 'private_key_jwt',
      client_assertion_source: 'aws_web_identity',
    };
    const audience = 'api://AzureADTokenExchange';
    const entra = { ...client, aud: audience, scope: 'a/.default', default_scope: 'a/.default' };
    const { asked, document } = await ask(profileOf('entra'), entra, given);
    expect(asked).not.toContain('key');
    expect(document).toMatchObject({ ...given, client_assertion_audience: audience });
    expect(Object.keys(document)).not.toContain('client_secret');
  });

  it('ask for the files of certificate and key, if the client has a certificate', async () => {
    const words = { ...client, authentication: 'tls_client_auth', file: ['a pem', 'a key'] };
    const another = 'tls_client_certificate_bound_access_tokens=true';
    const { document } = await ask(generic, { ...words, another });
    expect(document).toMatchObject({
      tls_client_certificate: 'a pem',
      tls_client_key: 'a key',
      tls_client_certificate_bound_access_tokens: true,
    });
    expect(document).not.toHaveProperty('client_secret');
  });
});
