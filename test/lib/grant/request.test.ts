import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { requestToken } from '../../../lib/grant/request.ts';
import { retryingBy } from '../../../lib/grant/retrying.ts';
import type { ServerMetadata } from '../../../lib/grant/server-metadata.ts';
import { CircuitBreaker } from '../../../lib/time/circuit-breaker.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { DOCUMENT, FakeServer, ISSUER } from '../../support/fake-ports.ts';

const document = parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false });
const metadata = { issuer: ISSUER, tokenEndpoint: `${ISSUER}/token` } as ServerMetadata;
const nothing = { scope: [], audience: [], resource: [] };
const down = new VendError('upstream_unavailable');

class World {
  readonly clock = new FakeClock();
  readonly server = new FakeServer();
  readonly ports = {
    server: this.server,
    clock: this.clock,
    breaker: new CircuitBreaker(this.clock),
    retrying: retryingBy(this.clock),
  };

  async request(patience?: number) {
    using deadline = new Deadline(this.clock, 8_000, upstreamTimeout);
    const remaining = patience === undefined ? deadline : { remaining: patience };
    return await this.clock.runUntilDone(
      requestToken(this.ports, metadata, document, nothing, deadline, remaining),
    );
  }
}

describe('token request', () => {
  it('counts lifetimes from the attempt that succeeded', async () => {
    const world = new World();
    const begin = world.clock.now();
    world.server.token = (call) =>
      call === 1 ? down : { access_token: 't', token_type: 'Bearer', expires_in: 60 };
    const { requestedAt, response } = await world.request();
    expect(requestedAt).toBeGreaterThan(begin);
    expect(response.access_token).toBe('t');
  });

  it('stops after five errors in a row, and is no probe if there is no time for one', async () => {
    const world = new World();
    world.server.token = down;
    await expect(world.request()).rejects.toBe(down);
    await expect(world.request()).rejects.toMatchObject({ code: 'upstream_unavailable' });
    const requests = world.server.tokenRequests;
    expect(requests).toBeGreaterThanOrEqual(5);
    await expect(world.request(3_000)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(world.server.tokenRequests).toBe(requests);
  });
});
