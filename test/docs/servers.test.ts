import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../lib/credential/document.ts';
import { DOCUMENT_MEMBERS } from '../../lib/credential/document-schema.ts';
import { PROFILE_MEMBERS, parseProfile } from '../../lib/credential/profile-schema.ts';
import { Profiles } from '../../lib/credential/profiles.ts';
import { shipped } from '../../profiles/shipped.ts';
import { docsPage, examplesOf } from '../support/page-examples.ts';

const urls = { allowLoopbackHttp: false };
const profiles = new Profiles(shipped);
const documents = examplesOf('servers.md');
// Pages have no private keys, not even ones that nobody uses.
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const private_key_jwk = privateKey.export({ format: 'jwk' });
const parse = (document: object) =>
  parseCredentialDocument(
    JSON.stringify('private_key_jwk' in document ? { ...document, private_key_jwk } : document),
    { ...urls, profiles },
  );

describe('docs/servers.md', () => {
  it.each(documents)('has a valid document for %s', (_section, document) => {
    expect(parse(document).profile.name).toBe(document['profile'] ?? 'generic');
  });

  it('has one document in each section, and a link to each section', () => {
    const sections = [...docsPage('servers.md').matchAll(/^## (.+)$/gm)].map(
      ([, title = '']) => title,
    );
    expect(documents.map(([section]) => section)).toEqual(sections);
    const anchors = [...docsPage('servers.md').matchAll(/\]\(#([a-z0-9-]+)\)/g)].map(
      ([, id]) => id,
    );
    expect(anchors).toEqual(
      sections.map((title) => title.toLowerCase().replaceAll(',', '').replaceAll(' ', '-')),
    );
  });

  it('has a document for each profile', () => {
    const named = new Set(documents.map(([, { profile = 'generic' }]) => profile));
    expect([...named].sort()).toEqual(profiles.names);
  });
});

describe('docs/api.md', () => {
  const [, section = ''] = docsPage('api.md').split('\n## Credential document\n');

  it('describes each key of a credential document', () => {
    const rows = [...section.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(rows.sort()).toEqual([...DOCUMENT_MEMBERS].sort());
  });

  it('has a valid document with each key but those of other methods', () => {
    const [document = {}] = examplesOf('api.md').flatMap(([title, json]) =>
      title === 'Credential document' ? [json] : [],
    );
    expect(parse(document).clientId).toBe('orders');
    const ofOtherMethods = [
      ...['private_key_jwk', 'client_assertion_source', 'kms_key_id'],
      ...['token_endpoint_auth_signing_alg', 'tls_client_certificate', 'tls_client_key'],
      'tls_client_certificate_bound_access_tokens',
      'registration_access_token',
      'rotation_state',
    ];
    expect([...Object.keys(document), ...ofOtherMethods].sort()).toEqual(
      [...DOCUMENT_MEMBERS].sort(),
    );
  });
});

describe('docs/profiles.md', () => {
  it('has a valid profile with each member', () => {
    const [[, profile] = []] = examplesOf('profiles.md');
    expect(parseProfile('acme', profile, 'acme.json', urls).name).toBe('acme');
    expect(Object.keys(profile ?? {})).toEqual(PROFILE_MEMBERS);
  });

  it('lists the shipped profiles', () => {
    const [, list = ''] = /are shipped: ([^.]+)\./.exec(docsPage('profiles.md')) ?? [];
    const names = [...list.matchAll(/`([a-z0-9]+)`/g)].map(([, name]) => name);
    expect(names).toEqual(shipped.map(({ name }) => name));
  });
});
