import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseCredentialDocument } from '../../lib/credential/document.ts';
import { isSameIssuer, readClientId } from '../../lib/credential/profile.ts';
import { readProfileFiles } from '../../lib/credential/profile-files.ts';
import { Profiles } from '../../lib/credential/profiles.ts';
import { shipped } from '../../profiles/shipped.ts';
import { environmentOfTenant } from '../../provider/hiiretail/environment.ts';
import { hosts } from '../../provider/hiiretail/hosts.ts';
import { leastDocuments } from '../support/least-documents.ts';

const directory = fileURLToPath(new URL('../../profiles/', import.meta.url));
const urls = { allowLoopbackHttp: false };
const profiles = new Profiles(shipped);
const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { ...urls, profiles });

describe('the shipped profiles', () => {
  it('are the files of the folder, and valid', () => {
    expect(shipped).toEqual(readProfileFiles(directory, urls));
  });

  it('are valid by the JSON schema', () => {
    const read = (file: string) => JSON.parse(readFileSync(`${directory}${file}`, 'utf8'));
    const schema = read('profile.schema.json');
    const accepts = new Ajv2020({ strict: true, formats: { regex: true } }).compile(schema);
    const files = readdirSync(directory).filter((file) => /^[a-z0-9-]+\.json$/.test(file));
    expect(files.filter((file) => !accepts(read(file)))).toEqual([]);
    expect(files).toHaveLength(shipped.length);
  });

  it('each have a document with the least that it needs', () => {
    expect(Object.keys(leastDocuments)).toEqual(shipped.map(({ name }) => name));
  });

  it.each(Object.entries(leastDocuments))(
    '%s needs issuer, client id, secret, and what it requires',
    (profile, { issuer, more = {} }) => {
      const document = { issuer, client_id: 'orders', client_secret: 'x', ...more, profile };
      expect(parse(document).profile.name).toBe(profile);
      const required = profiles.find(profile)?.requires.map(({ member }) => member.split('.')[0]);
      expect(Object.keys(more)).toEqual(required);
      for (const member of Object.keys(more)) {
        const { [member]: _, ...rest } = document as Record<string, unknown>;
        expect(() => parse(rest)).toThrow(new RegExp(`[:;] ${member}.* is missing: write `));
      }
    },
  );

  it.each(
    Object.entries(leastDocuments).flatMap(([profile, { bad = [] }]) =>
      bad.map((row) => [profile, ...row] as const),
    ),
  )('%s refuses %j: %s', (profile, change, rule) => {
    const { issuer, more } = leastDocuments[profile] as (typeof leastDocuments)[string];
    const document = { issuer, client_id: 'orders', client_secret: 'x', ...more, profile };
    expect(() => parse({ ...document, ...change })).toThrow(rule);
  });
});

describe('the profile hiiretail', () => {
  const clientOf = (tenant: string) =>
    Buffer.from(`owner: example\nsfw: demo@1.0@${tenant}\ntid: ${tenant}\n`).toString('base64url');
  const document = (issuer: string, client_id: string) => ({
    issuer,
    client_id,
    client_secret: 'x',
    profile: 'hiiretail',
  });
  const { live, test } = hosts;
  const hiiretail = parse(document(live.issuer, 'opaque')).profile;

  it('has an audience, which a document may replace', () => {
    const least = document(live.issuer, 'opaque');
    expect(parse(least)).toMatchObject({ audience: ['https://hiiretail.com'], scope: undefined });
    expect(parse({ ...least, audience: 'x' }).audience).toEqual(['x']);
  });

  it('ignores one slash at the end of an issuer', () => {
    expect(isSameIssuer(hiiretail, `${live.issuer}/`, live.issuer)).toBe(true);
    expect(isSameIssuer(hiiretail, `${live.issuer}//`, live.issuer)).toBe(false);
    expect(isSameIssuer(hiiretail, test.issuer, live.issuer)).toBe(false);
  });

  it('of Entra ID refuses a key in AWS KMS, which has no certificate, and takes AWS STS', () => {
    const { issuer = '', more = {} } = leastDocuments['entra'] ?? {};
    const document = (source: string, key: object) => ({
      ...{ issuer, client_id: 'orders', ...more, profile: 'entra' },
      ...{ token_endpoint_auth_method: 'private_key_jwt', client_assertion_source: source, ...key },
    });
    const key = { kms_key_id: '0a1b2c3d-0000-4000-8000-000000000001' };
    expect(() => parse(document('kms', key))).toThrow(/must be aws_web_identity, with a federated/);
    expect(parse(document('aws_web_identity', {})).profile.name).toBe('entra');
  });

  it.each([
    ['four lines', 'id: x\nsfw: demo@1.0@T1\ntid: T1\n', ['demo', '1.0', 'T1']],
    [
      'the form of a global template, and quotes',
      "sfw: demo@2\ntid: '123'\n",
      ['demo', '2', '123'],
    ],
    ['another order', 'tid: "T1"\nsfw: demo@1.0', ['demo', '1.0', 'T1']],
    ['no tenant', 'sfw: a@1\n', []],
    ['no software', 'tid: T\n', []],
    ['no version', 'sfw: a\ntid: T\n', []],
  ])('reads software and tenant from a client id with %s', (_what, text, names) => {
    const clientId = Buffer.from(text).toString('base64url');
    const { software, version, tenant } = readClientId(hiiretail, clientId);
    expect([software, version, tenant].filter((name) => name !== undefined)).toEqual(names);
  });

  it.each([
    ['the live host for a live tenant', live.issuer, clientOf('abc123')],
    ['the live host with a slash', `${live.issuer}/`, clientOf('abc123')],
    ['the test host for a test tenant', test.issuer, clientOf('"1"test')],
    ['either host if the client id names no tenant', test.issuer, 'opaque'],
    ['loopback', 'https://localhost:1', clientOf('abc123')],
  ])('allows as issuer %s', (_what, issuer, clientId) => {
    expect(parse(document(issuer, clientId)).issuer).toBe(issuer);
  });

  it.each([
    ['https://auth.hiiretail.com', 'abc123', `${live.issuer} or ${test.issuer}`],
    ['https://auth.retailsvc.com.example.com', 'abc123', `${live.issuer} or ${test.issuer}`],
    [live.issuer, 'abc123test', `${test.issuer} for the tenant that client_id names`],
    [test.issuer, 'abc123', `${live.issuer} for the tenant that client_id names`],
  ])('rejects the issuer %s for the tenant %s', (issuer, tenant, rule) => {
    expect(() => parse(document(issuer, clientOf(tenant)))).toThrow(
      `The credential document is invalid: issuer must be ${rule} (profile hiiretail).`,
    );
  });

  it('has the rule of the provider for the environment of a tenant', () => {
    for (const tenant of ['abc123', 'abc123test']) {
      const { issuer } = hosts[environmentOfTenant(tenant)];
      expect(parse(document(issuer, clientOf(tenant))).issuer).toBe(issuer);
    }
  });
});
