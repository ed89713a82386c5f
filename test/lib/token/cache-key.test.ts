import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { identifyCaller } from '../../../lib/access/caller.ts';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { tokenCacheKey } from '../../../lib/token/cache-key.ts';
import { DOCUMENT, request } from '../../support/fake-ports.ts';

const callerOf = (role: string, session = 'run-1') => {
  const arn = `arn:aws:sts::111122223333:assumed-role/${role}/${session}`;
  const identity = request().identity;
  if (identity === undefined) throw new Error('the fake request has an identity');
  return identifyCaller({ ...identity, arn, userId: `AROA${role}:${session}` });
};

const credential = (overrides = {}, versionId = 'v1', name = 'orders-api') => ({
  id: { team: 'checkout', name },
  versionId,
  writtenAt: 0,
  document: parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...overrides }), {
    allowLoopbackHttp: false,
  }),
});

const grant = { scope: ['a', 'b'], audience: ['x'], resource: [] };
const key = tokenCacheKey(credential(), grant, callerOf('one'));

describe('the key of a token in the cache', () => {
  it('is the same whatever the order of scope and audience, and for every caller of a shared token', () => {
    expect(tokenCacheKey(credential(), { ...grant, scope: ['b', 'a'] }, callerOf('two'))).toBe(key);
  });

  it.each([
    ['credential', () => tokenCacheKey(credential({}, 'v1', 'other'), grant, callerOf('one'))],
    ['client id', () => tokenCacheKey(credential({ client_id: 'x' }), grant, callerOf('one'))],
    ['epoch', () => tokenCacheKey(credential({ epoch: 1 }), grant, callerOf('one'))],
    [
      'issuer',
      () =>
        tokenCacheKey(credential({ issuer: 'https://other.example.com' }), grant, callerOf('one')),
    ],
    ['scope', () => tokenCacheKey(credential(), { ...grant, scope: ['a'] }, callerOf('one'))],
    ['audience', () => tokenCacheKey(credential(), { ...grant, audience: [] }, callerOf('one'))],
    ['resource', () => tokenCacheKey(credential(), { ...grant, resource: ['x'] }, callerOf('one'))],
    [
      'grant type',
      () => tokenCacheKey(credential({ grant_type: 'urn:example:grant' }), grant, callerOf('one')),
    ],
    [
      'parameters of the token request',
      () =>
        tokenCacheKey(credential({ token_parameters: { tenant: 'a' } }), grant, callerOf('one')),
    ],
    [
      'token sharing',
      () => tokenCacheKey(credential({ token_sharing: 'per_principal' }), grant, callerOf('one')),
    ],
  ])('differs by %s', (_what, other) => {
    expect(other()).not.toBe(key);
  });

  it('is the same whatever the order of the parameters of the token request', () => {
    const of = (token_parameters: object) =>
      tokenCacheKey(credential({ token_parameters }), grant, callerOf('one'));
    expect(of({ tenant: 'a', realm: ['b', 'c'] })).toBe(of({ realm: ['b', 'c'], tenant: 'a' }));
    expect(of({ tenant: 'a', realm: 'b' })).not.toBe(of({ tenant: 'b', realm: 'a' }));
  });

  it('stays the same if the secret changes: the token stays valid at the server', () => {
    const rotated = credential({ client_secret: 'canary-rotated-secret' }, 'v2');
    expect(tokenCacheKey(rotated, grant, callerOf('one'))).toBe(key);
  });

  it('differs by principal or session if the document says so', () => {
    const of = (sharing: string, role: string, session?: string) =>
      tokenCacheKey(credential({ token_sharing: sharing }), grant, callerOf(role, session));
    expect(of('per_principal', 'one', 's1')).toBe(of('per_principal', 'one', 's2'));
    expect(of('per_principal', 'one')).not.toBe(of('per_principal', 'two'));
    expect(of('per_session', 'one', 's1')).not.toBe(of('per_session', 'one', 's2'));
  });

  it('is never the same for two different grants', () => {
    const scopes = fc.uniqueArray(fc.stringMatching(/^[!#-[\]-~]{1,8}$/), { maxLength: 4 });
    fc.assert(
      fc.property(scopes, scopes, (one, two) => {
        const same = JSON.stringify([...one].sort()) === JSON.stringify([...two].sort());
        const keys = [one, two].map((scope) =>
          tokenCacheKey(credential(), { ...grant, scope }, callerOf('one')),
        );
        expect(keys[0] === keys[1]).toBe(same);
      }),
    );
  });
});
