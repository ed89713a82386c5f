import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { Discovery } from '../../../lib/grant/discover.ts';
import { once, retryingBy } from '../../../lib/grant/retrying.ts';
import { CircuitBreaker } from '../../../lib/time/circuit-breaker.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { METADATA_TIMEOUT } from '../../../lib/time/time-budget.ts';
import { settle } from '../../support/fake-clock.ts';
import { DOCUMENT, FakeWorld, ISSUER, METADATA, never } from '../../support/fake-ports.ts';

const down = new VendError('upstream_unavailable');
const withFallback = { ...DOCUMENT, token_endpoint: `${ISSUER}/fallback` };

describe('metadata source', () => {
  it('is read once an hour', async () => {
    const world = new FakeWorld();
    await world.vend({ scope: 'orders:read' });
    await world.vend({ scope: 'orders:write' });
    expect(world.server.metadataReads).toEqual([`${ISSUER}/.well-known/openid-configuration`]);
    world.clock.skip(3_600_000);
    await world.vend();
    expect(world.server.metadataReads).toHaveLength(2);
  });

  it('tries RFC 8414 if there is no OpenID configuration', async () => {
    const world = new FakeWorld();
    world.server.metadata = (call: number) => (call === 1 ? undefined : METADATA);
    expect((await world.vend()).status).toBe(200);
    expect(world.server.metadataReads.at(-1)).toBe(
      `${ISSUER}/.well-known/oauth-authorization-server`,
    );
  });

  it('uses the endpoints of the document if the server has no metadata', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', withFallback);
    world.server.metadata = () => undefined;
    expect((await world.vend()).status).toBe(200);
    expect(world.server.lastCall?.metadata.tokenEndpoint).toBe(`${ISSUER}/fallback`);
  });

  it('reports that neither server nor document names an endpoint', async () => {
    const world = new FakeWorld();
    world.server.metadata = () => undefined;
    const { json } = await world.vend();
    expect(json).toMatchObject({
      code: 'upstream_invalid',
      error_description: expect.stringMatching(/no metadata/),
    });
  });

  it('uses stale metadata for a day while the server cannot be reached, reading again every 30 s', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.server.metadata = down;
    world.clock.skip(3_600_000);
    expect((await world.vend()).status).toBe(200);
    expect((await world.vend({ scope: 'orders:write' })).status).toBe(200);
    expect(world.server.metadataReads).toHaveLength(2);
    world.clock.skip(24 * 3_600_000);
    expect((await world.vend()).json['code']).toBe('upstream_unavailable');
  });

  it('does not let a server that hangs use up the time of the fallback', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', withFallback);
    world.server.metadata = never;
    expect((await world.vend()).status).toBe(200);
    expect(world.server.metadataReads).toHaveLength(1);
  });

  it('does not fall back if the server names another issuer: then it gets no secret', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', withFallback);
    world.server.metadata = { ...METADATA, issuer: 'https://other.example.com' };
    expect((await world.vend()).json).toMatchObject({
      code: 'upstream_invalid',
      error_description: expect.stringMatching(
        /issuer must be https:\/\/auth.example.com, .* and it is https:\/\/other.example.com/,
      ),
    });
    expect(world.server.tokenRequests).toBe(0);
  });

  it.each([
    ['none', undefined],
    ['an empty object', {}],
    ['a list', []],
    ['another issuer', { ...METADATA, issuer: 'https://other.example.com' }],
    ['an endpoint that is no URL', { ...METADATA, token_endpoint: 5 }],
    ['a page', new VendError('upstream_invalid')],
  ])('keeps the last good metadata if the server later has %s', async (_what, metadata) => {
    const world = new FakeWorld();
    await world.vend();
    world.server.metadata = () => metadata;
    world.clock.skip(3_600_000);
    expect((await world.vend()).status).toBe(200);
    const reads = world.server.metadataReads.length;
    world.clock.skip(29_000);
    expect((await world.vend({ scope: 'orders:write' })).status).toBe(200);
    expect(world.server.metadataReads).toHaveLength(reads);
  });

  it('keeps nothing that is invalid', async () => {
    const world = new FakeWorld();
    world.server.metadata = { ...METADATA, token_endpoint: 5 };
    expect((await world.vend()).json['code']).toBe('upstream_invalid');
    world.server.metadata = METADATA;
    expect((await world.vend()).status).toBe(200);
  });

  it('reads the second document for a member that the first lacks, once', async () => {
    const { revocation_endpoint, ...first } = METADATA;
    const world = new FakeWorld();
    world.server.metadata = (call: number) =>
      call === 1 ? first : { ...first, revocation_endpoint };
    const { grants, clock } = world.vending;
    const document = parseCredentialDocument(JSON.stringify(DOCUMENT), {
      allowLoopbackHttp: false,
    });
    const revoke = async () => {
      using deadline = new Deadline(clock, METADATA_TIMEOUT, upstreamTimeout);
      return await world.clock.runUntilDone(grants.revoke(document, 't', { deadline }));
    };
    expect([await revoke(), await revoke()]).toEqual(['revoked', 'revoked']);
    expect(world.server.metadataReads).toEqual([
      `${ISSUER}/.well-known/openid-configuration`,
      `${ISSUER}/.well-known/oauth-authorization-server`,
    ]);
  });

  it('lacks a member that no document has, and does not fail for that', async () => {
    const world = new FakeWorld();
    const { jwks_uri: _, ...lacking } = METADATA;
    world.server.metadata = (call: number) => (call === 1 ? lacking : down);
    expect((await world.vend()).status).toBe(200);
    expect((await world.vend({ scope: 'orders:write' })).status).toBe(200);
    expect(world.server.metadataReads).toHaveLength(2);
  });

  it('tries three times if there is no fallback', async () => {
    const world = new FakeWorld();
    world.server.metadata = (call: number) => (call < 3 ? down : METADATA);
    expect((await world.vend()).status).toBe(200);
    expect(world.server.metadataReads).toHaveLength(3);
  });

  it('makes one attempt, for the given time, if the caller retries itself', async () => {
    const { server, clock } = new FakeWorld();
    const urls = { allowLoopbackHttp: false };
    const breaker = new CircuitBreaker(clock);
    const ports = { server, clock, urls, breaker, retrying: once, metadataTimeout: 30_000 };
    const discovery = new Discovery(ports);
    const document = parseCredentialDocument(JSON.stringify(DOCUMENT), urls);
    const get = () => discovery.discover(document, new AbortController().signal);
    server.metadata = down;
    await expect(clock.runUntilDone(get())).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(server.metadataReads).toHaveLength(1);
    server.metadata = never;
    const begin = clock.now();
    await expect(clock.runUntilDone(get())).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(clock.now() - begin).toBe(30_000);
    expect(server.metadataReads).toHaveLength(2);
  });

  it.each([
    ['with nothing', DOCUMENT],
    ['with an endpoint', withFallback],
  ])('ends a reading that nobody waits for, %s to fall back on', async (_, json) => {
    const { server, clock } = new FakeWorld();
    const urls = { allowLoopbackHttp: false };
    const ports = {
      ...{ server, clock, urls, breaker: new CircuitBreaker(clock) },
      ...{ retrying: retryingBy(clock), metadataTimeout: METADATA_TIMEOUT },
    };
    const discovery = new Discovery(ports);
    const document = parseCredentialDocument(JSON.stringify(json), urls);
    server.metadata = never;
    const caller = new AbortController();
    const left = discovery.discover(document, caller.signal);
    caller.abort(new VendError('upstream_timeout'));
    await expect(left).rejects.toMatchObject({ code: 'upstream_timeout' });
    await settle();
    expect(clock.pendingTimers).toBe(0);
    // It says nothing about the server, so that the next caller asks it.
    server.metadata = METADATA;
    expect(await discovery.discover(document, new AbortController().signal)).toMatchObject({
      tokenEndpoint: METADATA.token_endpoint,
    });
    expect(server.metadataReads).toHaveLength(2);
  });
});
