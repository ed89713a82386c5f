import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { generic, toServerProfile } from '../../../lib/credential/profile.ts';
import { Profiles } from '../../../lib/credential/profiles.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const { audience: _, ...withoutAudience } = DOCUMENT;
const acme = toServerProfile('acme', {
  defaults: {
    audience: 'https://acme.example.com',
    token_endpoint_auth_method: 'client_secret_post',
  },
});
const profiles = new Profiles([acme]);

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false, profiles });

describe('server profiles', () => {
  it('are generic and those of files', () => {
    expect(profiles.names).toEqual(['acme', 'generic']);
    expect(profiles.find('acme')).toBe(acme);
    expect(profiles.find('generic')).toBe(generic);
    expect(profiles.find('other')).toBeUndefined();
    expect(new Profiles().names).toEqual(['generic']);
  });

  it('of a deployment have names of their own', () => {
    const own = [toServerProfile('billing', {})];
    expect(new Profiles([acme], own).names).toEqual(['acme', 'billing', 'generic']);
    expect(() => new Profiles([acme], [...own, acme, generic])).toThrow(
      'The server profiles are invalid: acme.json has the name of a shipped profile; rename it; generic.json has the name of a shipped profile; rename it.',
    );
  });

  it('have a digest of everything that they say', () => {
    const { digest } = profiles;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(new Profiles([acme]).digest).toBe(digest);
    expect(new Profiles([{ ...acme, defaults: {} }]).digest).not.toBe(digest);
    expect(new Profiles().digest).not.toBe(digest);
  });
});

describe('the profile of a document', () => {
  it('is generic if the document names none', () => {
    expect(parse(DOCUMENT).profile).toBe(generic);
  });

  it('gives the members that the document does not have', () => {
    expect(parse({ ...withoutAudience, profile: 'acme' })).toMatchObject({
      profile: acme,
      audience: ['https://acme.example.com'],
      authentication: { method: 'client_secret_post' },
    });
  });

  it('does not change what the document says', () => {
    const own = { audience: [], token_endpoint_auth_method: 'client_secret_basic' };
    expect(parse({ ...withoutAudience, ...own, profile: 'acme' })).toMatchObject({
      audience: [],
      authentication: { method: 'client_secret_basic' },
    });
  });

  it.each(['acmee', 7, null, ['acme']])('is one that exists: %j is refused', (profile) => {
    expect(() => parse({ ...DOCUMENT, profile })).toThrow(
      'The credential document is invalid: profile must be one of acme, generic; docs/profiles.md states where others are read.',
    );
  });

  it('is named if one of its defaults contradicts the document', () => {
    const strict = toServerProfile('strict', { defaults: { default_scope: 'admin' } });
    const options = { allowLoopbackHttp: false, profiles: new Profiles([strict]) };
    const { default_scope: __, ...document } = { ...DOCUMENT, profile: 'strict' };
    expect(() => parseCredentialDocument(JSON.stringify(document), options)).toThrow(
      'default_scope must be within scope (default_scope is a default of profile strict)',
    );
    const own = JSON.stringify({ ...document, default_scope: 'other' });
    expect(() => parseCredentialDocument(own, options)).toThrow(
      /default_scope must be within scope\.$/,
    );
  });

  it('has rules for the document', () => {
    const rules = [{ member: 'audience', pattern: '^urn:', text: 'must be a URN' }];
    const strict = toServerProfile('strict', { rules });
    expect(() =>
      parseCredentialDocument(JSON.stringify({ ...DOCUMENT, profile: 'strict' }), {
        allowLoopbackHttp: false,
        profiles: new Profiles([strict]),
      }),
    ).toThrow('audience must be a URN (profile strict)');
  });
});
