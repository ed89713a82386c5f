import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { resourcesOf } from '../../../lib/audit/record-resources.ts';
import { everyKindOfEvent, START } from '../../support/audit-world.ts';

let events: AuditEvent[];

beforeAll(async () => {
  events = await everyKindOfEvent();
});

function resourcesOfKind(kind: AuditEvent['kind'], occurrence = 0) {
  const event = events.filter((one) => one.kind === kind)[occurrence];
  if (event === undefined) throw new Error(`there is no ${kind}`);
  return resourcesOf(event);
}

const SHA256 = expect.stringMatching(/^[0-9a-f]{64}$/);

describe('the resources of a record', () => {
  it('are the credential and what was requested of it', () => {
    expect(resourcesOfKind('mint-intent')).toEqual([
      {
        type: 'oauth2.client',
        uid: 'checkout/orders-api',
        data: {
          scope_requested: [],
          audience_requested: [],
          resource_requested: [],
          min_ttl: 0,
        },
      },
    ]);
  });

  it('of a rotation are the credential with its new version, and the tokens of the step', () => {
    const client = {
      type: 'oauth2.client',
      uid: 'checkout/orders-api',
      data: { secret_version_id: 'c1f0a4a2-0000-4000-8000-000000000002' },
    };
    expect(resourcesOfKind('rotation-intent')).toMatchObject([client]);
    expect(resourcesOfKind('rotation')).toMatchObject([
      client,
      {
        type: 'oauth2.access_token',
        uid: SHA256,
        data: { sha256: SHA256, credential: 'platform/keycloak-admin' },
      },
    ]);
  });

  it('of a mint are the server, the version of the secret, what was granted, and the token', () => {
    expect(resourcesOfKind('mint')).toMatchObject([
      {
        data: {
          issuer: 'https://auth.example.com',
          token_endpoint: 'https://auth.example.com/oauth2/token',
          auth_method: 'client_secret_basic',
          secret_version_id: 'v1',
          scope_requested: ['orders:read'],
        },
      },
      { type: 'oauth2.access_token', data: { sha256: SHA256, scope_granted: ['orders:read'] } },
    ]);
    expect(resourcesOfKind('mint')[1]?.data).not.toHaveProperty('cache', expect.anything());
  });

  it('of a mint name subject, client, certificate and implicit scopes of the token, if it has them', () => {
    const mint = events.find((event) => event.kind === 'mint');
    if (mint?.kind !== 'mint') throw new Error('there is no mint');
    const token = {
      ...mint.token,
      sub: 's',
      clientId: 'c',
      boundTo: 'x',
      implicitScope: ['profile'],
    };
    expect(resourcesOf({ ...mint, token })[1]).toMatchObject({
      data: { sub: 's', client_id: 'c', x5t_s256: 'x', scope_implicit: ['profile'] },
    });
  });

  it('of a vend are the token, its lifetime in seconds, and whether it was cached', () => {
    const [first, second] = [resourcesOfKind('vend')[1], resourcesOfKind('vend', 1)[1]];
    expect([first, second]).toMatchObject([
      { data: { cache: 'miss' } },
      { data: { cache: 'hit' } },
    ]);
    const { iat = 0, exp = 0 } = (first?.data ?? {}) as { iat?: number; exp?: number };
    expect(exp - iat).toBe(3600);
  });

  it('name a token by its jti if it has one, else by its SHA-256', () => {
    const vend = events.find((event) => event.kind === 'vend');
    if (vend?.kind !== 'vend') throw new Error('there is no vend');
    const uidOf = (jti: string | undefined) =>
      resourcesOf({ ...vend, token: { ...vend.token, jti } })[1]?.uid;
    expect([uidOf('jti-1'), uidOf(undefined)]).toEqual(['jti-1', vend.token.sha256]);
  });

  it('of an introspection and a revocation are the credential and the SHA-256 of the token', () => {
    for (const kind of ['introspection', 'revocation'] as const)
      expect(resourcesOfKind(kind)).toMatchObject([
        { type: 'oauth2.client' },
        { type: 'oauth2.access_token', uid: SHA256, data: { sha256: SHA256 } },
      ]);
  });

  it('are none for the start of a process, and if the request named no credential', () => {
    expect(resourcesOf(START)).toEqual([]);
    const denial = events.find((event) => event.kind === 'denial');
    if (denial?.kind !== 'denial') throw new Error('there is no denial');
    expect(resourcesOf({ ...denial, access: undefined })).toEqual([]);
  });
});
