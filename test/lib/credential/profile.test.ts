import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import {
  environmentOfTenant,
  findIssuerError,
  findProfile,
  generic,
  hiiretail,
  isSameIssuer,
  PROFILE_NAMES,
  readClientId,
} from '../../../lib/credential/profile.ts';

const LIVE = 'https://auth.retailsvc.com';
const TEST = 'https://auth.retailsvc-test.com';
const clientOf = (tenant: string) =>
  Buffer.from(`owner: example\nsfw: demo@1.0@${tenant}\ntid: ${tenant}\n`).toString('base64url');

describe('server profile', () => {
  it('is found by its name', () => {
    expect(PROFILE_NAMES.map((name) => findProfile(name).name)).toEqual(PROFILE_NAMES);
    expect(PROFILE_NAMES).toEqual(['generic', 'hiiretail']);
  });

  it.each([
    [generic, LIVE, true],
    [generic, `${LIVE}/`, false],
    [hiiretail, LIVE, true],
    [hiiretail, `${LIVE}/`, true],
    [hiiretail, `${LIVE}//`, false],
    [hiiretail, TEST, false],
  ])('$name compares the issuer with %s: %s', (profile, issuer, same) => {
    expect(isSameIssuer(profile, issuer, LIVE)).toBe(same);
    expect(isSameIssuer(profile, LIVE, issuer)).toBe(same);
  });

  it('reads a client id of its format', () => {
    expect(readClientId(hiiretail, clientOf('T1'))).toEqual({
      tenantId: 'T1',
      softwareId: 'demo',
      softwareVersion: '1.0',
    });
    expect(readClientId(hiiretail, 'opaque')).toBeUndefined();
    expect(readClientId(generic, clientOf('T1'))).toBeUndefined();
  });

  it('knows the environment of a tenant by the end of its id', () => {
    expect([environmentOfTenant('abc123'), environmentOfTenant('abc123test')]).toEqual([
      'live',
      'test',
    ]);
  });

  it.each([
    ['any host', generic, 'https://auth.example.com', clientOf('a')],
    ['the live host of a live tenant', hiiretail, LIVE, clientOf('abc123')],
    ['the test host of a test tenant', hiiretail, TEST, clientOf('"1"test')],
    ['either host, if the client id names no tenant', hiiretail, TEST, 'opaque'],
    ['loopback', hiiretail, 'http://localhost:1', clientOf('abc123')],
  ])('allows %s as issuer', (_what, profile, issuer, clientId) => {
    expect(findIssuerError(profile, new URL(issuer), clientId)).toBeUndefined();
  });

  it.each([
    [
      'another host',
      'https://auth.hiiretail.com',
      clientOf('abc123'),
      `issuer must be ${LIVE} or ${TEST} with profile hiiretail`,
    ],
    [
      'the live host of a test tenant',
      LIVE,
      clientOf('abc123test'),
      `issuer must be ${TEST} for the tenant that client_id names`,
    ],
    [
      'the test host of a live tenant',
      TEST,
      clientOf('abc123'),
      `issuer must be ${LIVE} for the tenant that client_id names`,
    ],
  ])('hiiretail rejects %s as issuer', (_what, issuer, clientId, rule) => {
    expect(findIssuerError(hiiretail, new URL(issuer), clientId)).toBe(rule);
  });

  it('hiiretail has an audience, which a document may replace', () => {
    const document = {
      issuer: LIVE,
      client_id: 'opaque',
      client_secret: 'x',
      profile: 'hiiretail',
    };
    const parse = (change: object) =>
      parseCredentialDocument(JSON.stringify({ ...document, ...change }), {
        allowLoopbackHttp: false,
      });
    expect(parse({})).toMatchObject({ audience: ['https://hiiretail.com'], scope: undefined });
    expect(parse({ audience: 'x' }).audience).toEqual(['x']);
  });
});
