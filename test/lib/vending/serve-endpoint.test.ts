import { describe, expect, it } from '@jest/globals';
import { serveEndpoint } from '../../../lib/vending/serve-endpoint.ts';
import { FakeWorld, request } from '../../support/fake-ports.ts';

describe('an endpoint', () => {
  it('responds with the status and the headers of its route', async () => {
    const { vending } = new FakeWorld();
    const findRoute = () => async () =>
      ({ kind: 'served', response: {}, status: 202, headers: { etag: '"v1"' } }) as const;
    const response = await serveEndpoint({ findRoute, timeout: 1_000 }, vending, request());
    expect(response).toMatchObject({
      status: 202,
      headers: { etag: '"v1"', 'cache-control': 'no-store', 'x-request-id': 'request-1' },
    });
  });

  it('ends a request after the limit of the endpoint', async () => {
    const { vending, clock } = new FakeWorld();
    const findRoute =
      () =>
      async (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
        await new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
    const response = serveEndpoint({ findRoute, timeout: 1_000 }, vending, request());
    await clock.advance(1_000);
    expect((await response).status).toBe(504);
  });
});
