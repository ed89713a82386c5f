import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../lib/credential/document.ts';
import { DOCUMENT_MEMBERS } from '../../lib/credential/document-schema.ts';
import { PROFILE_MEMBERS, parseProfile } from '../../lib/credential/profile-schema.ts';
import { Profiles } from '../../lib/credential/profiles.ts';
import { shipped } from '../../profiles/shipped.ts';
import { docsPage, examplesOf, type KeyFiller, makeKeyFiller } from '../support/page-examples.ts';

const urls = { allowLoopbackHttp: false };
const profiles = new Profiles(shipped);
const documents = examplesOf('servers.md');
let fillIn: KeyFiller;
beforeAll(async () => {
  fillIn = await makeKeyFiller();
});
const parse = (document: Readonly<Record<string, unknown>>) =>
  parseCredentialDocument(JSON.stringify(fillIn(document)), { ...urls, profiles });

describe('docs/servers.md', () => {
  it.each(documents)('has a valid document for %s', (_section, document) => {
    expect(parse(document).profile.name).toBe(document['profile'] ?? 'generic');
  });

  it('has a document in each section, and a link to each section', () => {
    const sections = [...docsPage('servers.md').matchAll(/^## (.+)$/gm)].map(
      ([, title = '']) => title,
    );
    expect([...new Set(documents.map(([section]) => section))]).toEqual(sections);
    const anchors = [...docsPage('servers.md').matchAll(/\]\(#([a-z0-9-]+)\)/g)].map(
      ([, id]) => id,
    );
    expect([...new Set(anchors)]).toEqual(
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

  it('has valid documents, which together have each key that somebody writes', () => {
    const examples = examplesOf('api.md').flatMap(([title, json]) =>
      title === 'Credential document' ? [json] : [],
    );
    for (const document of examples) expect(parse(document).clientId).toBe('orders');
    const members = new Set(examples.flatMap((document) => Object.keys(document)));
    const writtenByRotations = ['registration_access_token', 'rotation_state'];
    expect([...members, ...writtenByRotations].sort()).toEqual([...DOCUMENT_MEMBERS].sort());
  });

  it('shows each way of a client to authenticate without a client secret', () => {
    const ways = [...examplesOf('api.md'), ...documents].flatMap(([title, json]) =>
      /^C(redential document|lients without)/.test(title) ? [wayOf(json)] : [],
    );
    const expected = ['aws_web_identity', 'document', 'kms', 'tls_client_auth'];
    expect([...new Set(ways)].filter((way) => !way.startsWith('client_')).sort()).toEqual(expected);
  });
});

function wayOf(document: Readonly<Record<string, unknown>>): string {
  const { authentication } = parse(document);
  return 'source' in authentication ? authentication.source : authentication.method;
}

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
