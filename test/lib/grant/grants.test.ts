import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { toServerProfile } from '../../../lib/credential/profile.ts';
import { Profiles } from '../../../lib/credential/profiles.ts';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { NOTHING_REQUESTED, withinCeiling } from '../../../lib/grant/ceiling.ts';
import type { GrantFinding } from '../../../lib/grant/grant-finding.ts';
import { Grants } from '../../../lib/grant/grants.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { StageTimes } from '../../../lib/time/stage-times.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DOCUMENT, FakeServer, FakeVerifier, ISSUER, METADATA } from '../../support/fake-ports.ts';

const urls = { allowLoopbackHttp: false };
const document = parseCredentialDocument(JSON.stringify(DOCUMENT), urls);
const request = withinCeiling(NOTHING_REQUESTED, document);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = `${part({ alg: 'RS256' })}.${part({ exp: 4_000_000_000 })}.signature`;

class World {
  readonly clock = new FakeClock();
  readonly server = new FakeServer();
  readonly verifier = new FakeVerifier();
  readonly grants = new Grants({ ...this, urls });
  readonly unverified = new Grants({ clock: this.clock, server: this.server, urls });
  readonly deadline = new Deadline(this.clock, 8_000, upstreamTimeout);

  run = <T>(work: Promise<T>) => this.clock.runUntilDone(work);
}

describe('grant', () => {
  it('discovers, requests and checks, and measures each', async () => {
    const { grants, deadline, run, clock } = new World();
    const times = new StageTimes(clock.now);
    const { token, metadata } = await run(grants.obtain(document, request, { deadline, times }));
    expect(metadata.tokenEndpoint).toBe(METADATA.token_endpoint);
    expect(token.scope).toEqual(['orders:read']);
    expect(Object.keys(times.toJSON())).toEqual(['metadata', 'token', 'verify', 'total']);
  });

  it('requests nothing before it is announced', async () => {
    const { grants, server, deadline, run } = new World();
    const { promise, resolve } = Promise.withResolvers<void>();
    const granted = grants.obtain(document, request, { deadline, announced: promise });
    await run(Promise.resolve());
    expect([server.metadataReads.length, server.tokenRequests]).toEqual([1, 0]);
    resolve();
    await run(granted);
    expect(server.tokenRequests).toBe(1);
  });

  it('fails with the error of its announcement, even if discovery fails as well', async () => {
    const { grants, server, deadline, run } = new World();
    const announced = Promise.reject(new VendError('audit_unavailable'));
    server.metadata = new VendError('upstream_invalid');
    await expect(
      run(grants.obtain(document, request, { deadline, announced })),
    ).rejects.toMatchObject({ code: 'audit_unavailable' });
    await expect(run(grants.obtain(document, request, { deadline }))).rejects.toMatchObject({
      code: 'upstream_invalid',
    });
    expect(server.tokenRequests).toBe(0);
  });

  it('starts to read the keys before the token arrives', async () => {
    const { grants, server, verifier, deadline, run } = new World();
    let read: string[] = [];
    server.token = () => {
      read = [...verifier.prepared];
      return { access_token: 'opaque', expires_in: 60 };
    };
    await run(grants.obtain(document, request, { deadline }));
    expect(read).toEqual([METADATA.jwks_uri]);
    server.metadata = { ...METADATA, jwks_uri: undefined };
    const without = new World();
    without.server.metadata = { ...METADATA, jwks_uri: undefined };
    await without.run(without.grants.obtain(document, request, { deadline: without.deadline }));
    expect(without.verifier.prepared).toEqual([]);
  });

  it('fails with the advice of the profile of the document', async () => {
    const { grants, server, deadline, run } = new World();
    const advice = { credential_refused: 'Ask Acme.' };
    const profiles = new Profiles([toServerProfile('acme', { advice })]);
    const json = JSON.stringify({ ...DOCUMENT, profile: 'acme' });
    const ofAcme = parseCredentialDocument(json, { ...urls, profiles });
    server.token = new VendError('credential_refused', { advice: 'Check the secret.' });
    await expect(run(grants.obtain(ofAcme, request, { deadline }))).rejects.toMatchObject({
      code: 'credential_refused',
      advice: 'Check the secret. Ask Acme.',
    });
  });

  it('uses known metadata instead of discovery', async () => {
    const { unverified, server, deadline, run } = new World();
    const metadata = {
      ...{ issuer: ISSUER, tokenEndpoint: `${ISSUER}/known`, jwksUri: undefined },
      revocationEndpoint: undefined,
    };
    await run(unverified.obtain(document, request, { deadline, metadata }));
    expect(server.metadataReads).toEqual([]);
    expect(server.lastCall?.metadata.tokenEndpoint).toBe(`${ISSUER}/known`);
  });

  it('without a verifier leaves the signature to the API', async () => {
    const { unverified, server, deadline, run, clock } = new World();
    server.token = { access_token: jwt, expires_in: 60 };
    const { token } = await run(unverified.obtain(document, request, { deadline }));
    expect(token.expiresAt - clock.now()).toBe(60_000);
    expect(await run(unverified.verifiedClaims(document, jwt, { deadline }))).toBe('opaque');
  });

  it('without a verifier uses exp of the token, if the server states no lifetime', async () => {
    const { unverified, server, deadline, run, clock } = new World();
    const exp = Math.floor(clock.now() / 1000) + 600;
    const living = `${part({ alg: 'RS256' })}.${part({ exp })}.signature`;
    server.token = { access_token: living };
    const { token } = await run(unverified.obtain(document, request, { deadline }));
    expect(token.expiresAt).toBe(exp * 1000);
    const ended = `${part({ alg: 'RS256' })}.${part({ exp: 1 })}.signature`;
    server.token = { access_token: ended };
    await expect(run(unverified.obtain(document, request, { deadline }))).rejects.toMatchObject({
      code: 'token_unacceptable',
      message: expect.stringContaining('exp must be in the future'),
    });
  });

  it('opens a circuit if metadata cannot be read, as if the token endpoint fails', async () => {
    const { grants, server, deadline, run } = new World();
    server.metadata = new VendError('upstream_unavailable');
    for (let times = 0; times < 2; times += 1)
      await expect(run(grants.discover(document, { deadline }))).rejects.toThrow();
    const reads = server.metadataReads.length;
    await expect(run(grants.discover(document, { deadline }))).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryAfter: 1,
    });
    // The circuit opens after five errors. Then there is one probe after its rest.
    expect([reads, server.metadataReads.length]).toEqual([5, 6]);
  });
});

describe('circuits', () => {
  it('of metadata and of a token endpoint are apart, even if the URLs are the same', async () => {
    const { grants, server, deadline, run } = new World();
    const tokenEndpoint = METADATA.token_endpoint;
    const unlucky = { ...document, issuer: tokenEndpoint };
    server.metadata = new VendError('upstream_unavailable');
    for (let times = 0; times < 2; times += 1)
      await expect(run(grants.discover(unlucky, { deadline }))).rejects.toThrow();
    server.metadata = METADATA;
    // Without the time of a full attempt, an open circuit refuses at once.
    const patience = { remaining: 1_000 };
    const { token } = await run(grants.obtain(document, request, { deadline, patience }));
    expect(token.scope).toEqual(['orders:read']);
  });
});

describe('revocation', () => {
  it('is a request to the server if it supports that', async () => {
    const { grants, server, deadline, run } = new World();
    expect(await run(grants.revoke(document, 't', { deadline }))).toBe('revoked');
    server.metadata = { ...METADATA, revocation_endpoint: undefined };
    const without = new World();
    without.server.metadata = server.metadata;
    expect(await without.run(without.grants.revoke(document, 't', without))).toBe('unsupported');
  });
});

describe('introspection', () => {
  it('asks the server, if it has an endpoint for that', async () => {
    const { grants, server, deadline, run } = new World();
    expect(await run(grants.introspect(document, 't', { deadline }))).toBe('unsupported');
    const other = new World();
    other.server.metadata = { ...METADATA, introspection_endpoint: `${ISSUER}/introspect` };
    other.server.introspection = { active: true, sub: 's' };
    expect(server.introspections).toBe(0);
    expect(await other.run(other.grants.introspect(document, 't', other))).toMatchObject({
      active: true,
      claims: { sub: 's' },
    });
  });
});

describe('what a grant finds', () => {
  it('is observed stage by stage', async () => {
    const { grants, server, verifier, deadline, run } = new World();
    const findings: GrantFinding[] = [];
    const observe = (finding: GrantFinding) => void findings.push(finding);
    server.token = { access_token: jwt, expires_in: 60 };
    const claims = { iss: ISSUER, aud: request.audience.concat(request.resource), exp: 4e9 };
    const compared = { alg: 'RS256', kid: undefined, published: ['key-1'] };
    verifier.result = { valid: true, claims, compared };
    await run(grants.obtain(document, request, { deadline, observe }));
    const stages = ['metadata', 'request', 'response', 'token', 'keys', 'claims'];
    expect(findings.map(({ stage }) => stage)).toEqual(stages);
    expect(findings[0]).toMatchObject({
      metadata: { foundAt: [`${ISSUER}/.well-known/openid-configuration`] },
    });
    expect(findings[4]).toEqual({ stage: 'keys', jwksUri: METADATA.jwks_uri, compared });
    expect(findings[5]).toEqual({ stage: 'claims', claims });
  });

  it('does not include keys for a token that is not read', async () => {
    const { grants, verifier, deadline, run } = new World();
    const opaque = { ...document, accessTokenFormat: 'opaque' } as const;
    await run(grants.obtain(opaque, request, { deadline }));
    expect(verifier.prepared).toEqual([]);
    expect(await run(grants.verifiedClaims(opaque, jwt, { deadline }))).toBe('opaque');
  });
});

describe('claims of a token', () => {
  it('are not known here, if only the API can verify the signature', async () => {
    const { grants, verifier, deadline, run } = new World();
    verifier.result = { valid: false, reason: 'unsupported_algorithm' };
    expect(await run(grants.verifiedClaims(document, jwt, { deadline }))).toBe('opaque');
  });

  it('are those of a JWT that this server signed', async () => {
    const { grants, verifier, deadline, run } = new World();
    expect(await run(grants.verifiedClaims(document, 'a token', { deadline }))).toBe('opaque');
    expect(await run(grants.verifiedClaims(document, jwt, { deadline }))).toBeUndefined();
    verifier.result = { valid: true, claims: { sub: 's' } };
    expect(await run(grants.verifiedClaims(document, jwt, { deadline }))).toEqual({ sub: 's' });
  });

  it('are unknown without keys', async () => {
    const { grants, server, deadline, run } = new World();
    server.metadata = { ...METADATA, jwks_uri: undefined };
    expect(await run(grants.verifiedClaims(document, jwt, { deadline }))).toBe('opaque');
  });
});
