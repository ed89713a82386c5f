import { describe, expect, it } from '@jest/globals';
import type { ClientAuthentication } from '../../../lib/credential/client-authentication.ts';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { guardedRequest } from '../../../lib/grant/guarded-request.ts';
import { once } from '../../../lib/grant/retrying.ts';
import { CircuitBreaker } from '../../../lib/time/circuit-breaker.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { issueSelfSigned } from '../../../local/certificate-authority.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const WITH_SECRET = { method: 'client_secret_post', clientSecret: 's' } as const;

class World {
  readonly clock = new FakeClock();
  readonly deadline = new Deadline(this.clock, 8_000, upstreamTimeout);
  readonly #parts = { clock: this.clock, breaker: new CircuitBreaker(this.clock), retrying: once };
  attempts = 0;

  send = (
    clientId: string,
    error?: Error,
    patience?: { remaining: number },
    authentication: ClientAuthentication = WITH_SECRET,
  ) =>
    guardedRequest(
      this.#parts,
      {
        ...{ name: 'token', endpoint: 'https://auth.example.com/token' },
        document: { clientId, authentication },
        deadline: this.deadline,
        ...(patience === undefined ? {} : { patience }),
      },
      async () => {
        this.attempts += 1;
        if (error !== undefined) throw error;
        return 'done';
      },
    );
}

const hasty = { remaining: 1_000 };

describe('a request that presents a secret', () => {
  it('is made, and its result is returned', async () => {
    expect(await new World().send('a')).toBe('done');
  });

  it('is not made for a client whose rate is limited, and is made for another client', async () => {
    const world = new World();
    const limited = new VendError('upstream_rate_limited');
    for (let times = 0; times < 5; times += 1)
      await expect(world.send('a', limited)).rejects.toMatchObject({ code: limited.code });
    await expect(world.send('a', undefined, hasty)).rejects.toMatchObject({ retryable: true });
    expect(world.attempts).toBe(5);
    expect(await world.send('b', undefined, hasty)).toBe('done');
  });

  it('is made for no client while the endpoint fails', async () => {
    const world = new World();
    const failing = new VendError('upstream_unavailable');
    for (let times = 0; times < 5; times += 1)
      await expect(world.send('a', failing)).rejects.toMatchObject({ code: failing.code });
    await expect(world.send('b', undefined, hasty)).rejects.toMatchObject({ code: failing.code });
    expect(world.attempts).toBe(5);
  });

  it('is made only while the certificate of its client is valid', async () => {
    const world = new World();
    const clientCertificate = await issueSelfSigned('CN=orders');
    const byCertificate = { method: 'self_signed_tls_client_auth', clientCertificate } as const;
    const send = () => world.send('a', undefined, undefined, byCertificate);
    world.clock.skip(Date.now() - world.clock.now());
    expect(await send()).toBe('done');
    world.clock.skip(2 * 24 * 3600 * 1000);
    await expect(send()).rejects.toMatchObject({ code: 'credential_invalid' });
    expect(world.attempts).toBe(1);
  });
});
