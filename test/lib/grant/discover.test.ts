import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { Discovery } from '../../../lib/grant/discover.ts';
import { once, retryingBy } from '../../../lib/grant/retrying.ts';
import { CircuitBreaker } from '../../../lib/time/circuit-breaker.ts';
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

  it('does not fall back from invalid metadata: a server that names another issuer gets no secret', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', withFallback);
    world.server.metadata = new VendError('upstream_invalid');
    expect((await world.vend()).json['code']).toBe('upstream_invalid');
    expect(world.server.tokenRequests).toBe(0);
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
