import { describe, expect, it } from '@jest/globals';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { CircuitBreaker } from '../../../lib/time/circuit-breaker.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

const down = () => Promise.reject(new VendError('upstream_unavailable'));
const up = async () => 'up';

/** A breaker whose callers have the time of a whole mint. */
class Scene {
  readonly clock = new FakeClock();
  readonly breaker = new CircuitBreaker(this.clock);

  run(request: () => Promise<string>, milliseconds = 8_000, endpoint = 'e'): Promise<string> {
    const deadline = new Deadline(this.clock, milliseconds, upstreamTimeout);
    return this.breaker.run(endpoint, deadline, request);
  }

  async open(): Promise<void> {
    for (let n = 0; n < 5; n += 1)
      await expect(this.run(down)).rejects.toThrow('cannot be reached');
  }

  /** Milliseconds until a request is admitted, with one attempt every 10 ms. */
  async rest(request: () => Promise<string>): Promise<number> {
    let admitted = false;
    const started = this.clock.now();
    while (!admitted) {
      this.clock.skip(10);
      await this.run(() => {
        admitted = true;
        return request();
      }).catch(() => undefined);
    }
    return this.clock.now() - started;
  }
}

describe('circuit breaker', () => {
  it('opens for a second after five retryable errors in a row, for that endpoint only', async () => {
    const scene = new Scene();
    await scene.open();
    await expect(scene.run(up)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryAfter: 1,
      message: expect.stringContaining('circuit breaker is open'),
    });
    expect(await scene.run(up, 8_000, 'other')).toBe('up');
    scene.clock.skip(1_000);
    expect(await scene.run(up)).toBe('up');
    expect(await scene.run(up)).toBe('up');
  });

  it('probes every second for ten seconds, then doubles the rest up to 30 s', async () => {
    const scene = new Scene();
    await scene.open();
    const rests: number[] = [];
    for (let n = 0; n < 18; n += 1) rests.push((await scene.rest(down)) / 1000);
    expect(rests).toEqual([...Array(11).fill(1), 2, 4, 8, 16, 30, 30, 30]);
    await scene.rest(up);
    await scene.open();
    expect(await scene.rest(down)).toBe(1_000);
  });

  it('does not wait for a probe that hangs: the next one closes it', async () => {
    const scene = new Scene();
    await scene.open();
    scene.clock.skip(1_000);
    const { promise, reject } = Promise.withResolvers<string>();
    const hanging = scene.run(() => promise);
    await settle();
    await expect(scene.run(up)).rejects.toMatchObject({ retryAfter: 1 });
    scene.clock.skip(1_000);
    expect(await scene.run(up)).toBe('up');
    reject(new VendError('upstream_timeout'));
    await expect(hanging).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(await scene.run(up)).toBe('up');
  });

  it('makes no probe of a request that has less than a full attempt left', async () => {
    const scene = new Scene();
    await scene.open();
    scene.clock.skip(1_000);
    let requests = 0;
    const count = async () => {
      requests += 1;
      return 'up';
    };
    await expect(scene.run(count, 4_999)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(requests).toBe(0);
    expect(await scene.run(count, 5_000)).toBe('up');
  });

  it('does not count a request that its caller aborted', async () => {
    const scene = new Scene();
    for (let n = 0; n < 6; n += 1) {
      const deadline = new Deadline(scene.clock, 100, upstreamTimeout);
      const { promise, reject } = Promise.withResolvers<string>();
      const given = scene.breaker.run('e', deadline, () => promise);
      await scene.clock.advance(100);
      reject(deadline.signal.reason);
      await expect(given).rejects.toMatchObject({ code: 'upstream_timeout' });
    }
    expect(await scene.run(up)).toBe('up');
  });

  it.each(['credential_invalid', 'secrets_unavailable'] as const)(
    'neither opens nor closes by a request that was not sent (%s)',
    async (code) => {
      const scene = new Scene();
      const unsent = () => Promise.reject(new VendError(code));
      for (let n = 0; n < 6; n += 1)
        await expect(scene.run(unsent)).rejects.toMatchObject({ code });
      expect(await scene.run(up)).toBe('up');
      await scene.open();
      scene.clock.skip(1_000);
      await expect(scene.run(unsent)).rejects.toMatchObject({ code });
      await expect(scene.run(down)).rejects.toThrow('cannot be reached');
      await expect(scene.run(up)).rejects.toMatchObject({ retryAfter: 1 });
    },
  );

  it('does not count an aborted request as a probe', async () => {
    const scene = new Scene();
    await scene.open();
    for (let n = 0; n < 15; n += 1) {
      scene.clock.skip(1_000);
      const deadline = new Deadline(scene.clock, 5_000, upstreamTimeout);
      const caller = new AbortController();
      const time = { remaining: deadline.remaining, signal: caller.signal };
      const given = scene.breaker.run('e', time, async () => {
        caller.abort();
        throw upstreamTimeout();
      });
      await expect(given).rejects.toMatchObject({ code: 'upstream_timeout' });
    }
    expect(await scene.run(up)).toBe('up');
  });

  it('states whether waiting for the next probe helps', async () => {
    const scene = new Scene();
    await scene.open();
    await expect(scene.run(up, 6_000)).rejects.toMatchObject({ retryAfter: 1, final: false });
    await expect(scene.run(up, 5_999)).rejects.toMatchObject({ retryAfter: 1, final: true });
  });

  it('treats any response as a sign of life', async () => {
    const scene = new Scene();
    const refuse = () => Promise.reject(new VendError('credential_refused'));
    for (let n = 0; n < 4; n += 1) await expect(scene.run(down)).rejects.toThrow();
    await expect(scene.run(refuse)).rejects.toThrow();
    for (let n = 0; n < 4; n += 1) await expect(scene.run(down)).rejects.toThrow();
    expect(await scene.run(up)).toBe('up');
  });
});

describe('circuit of a client that the server limits (429)', () => {
  const limited = () => Promise.reject(new VendError('upstream_rate_limited'));
  const scene = async () => {
    const clock = new FakeClock();
    const breaker = new CircuitBreaker(clock);
    const as = (client: string, request: () => Promise<string>, milliseconds = 8_000) =>
      breaker.run('e', new Deadline(clock, milliseconds, upstreamTimeout), request, client);
    for (let n = 0; n < 5; n += 1)
      await expect(as('noisy', limited)).rejects.toThrow('limits the rate');
    return { clock, breaker, as };
  };

  it('opens for that client, and another client of the endpoint is served', async () => {
    const { as } = await scene();
    await expect(as('noisy', up)).rejects.toMatchObject({
      code: 'upstream_rate_limited',
      retryAfter: 1,
      message: expect.stringContaining('limits the rate of this client'),
    });
    expect(await as('quiet', up)).toBe('up');
    await expect(as('noisy', up)).rejects.toMatchObject({ code: 'upstream_rate_limited' });
  });

  it('closes at the first response to a probe', async () => {
    const { clock, as } = await scene();
    clock.skip(1_000);
    expect(await as('noisy', up)).toBe('up');
    expect(await as('noisy', up)).toBe('up');
  });

  it('stays open, and does not rest longer, if a probe finds the server failing', async () => {
    const { clock, as } = await scene();
    clock.skip(1_000);
    await expect(as('noisy', down)).rejects.toThrow('cannot be reached');
    expect(await as('noisy', up)).toBe('up');
  });

  it('keeps its probe if the circuit of the endpoint is open', async () => {
    const { clock, as } = await scene();
    for (let n = 0; n < 5; n += 1)
      await expect(as('quiet', down)).rejects.toThrow('cannot be reached');
    clock.skip(999);
    await expect(as('noisy', up)).rejects.toMatchObject({ code: 'upstream_rate_limited' });
    clock.skip(1);
    // The quiet client takes the probe of the endpoint.
    await expect(as('quiet', down)).rejects.toThrow('cannot be reached');
    await expect(as('noisy', up)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    clock.skip(1_000);
    expect(await as('noisy', up)).toBe('up');
  });

  it('keeps its probe if the caller of the probe leaves', async () => {
    const { clock, breaker, as } = await scene();
    clock.skip(1_000);
    const leaver = new AbortController();
    const time = { remaining: 8_000, signal: leaver.signal };
    const left = async () => {
      leaver.abort();
      throw new VendError('upstream_rate_limited');
    };
    await expect(breaker.run('e', time, left, 'noisy')).rejects.toThrow('limits the rate');
    expect(await as('noisy', up)).toBe('up');
  });

  it('is not opened by errors of the endpoint, which close nothing', async () => {
    const { as } = await scene();
    for (let n = 0; n < 5; n += 1)
      await expect(as('quiet', down)).rejects.toThrow('cannot be reached');
    await expect(as('quiet', up)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await expect(as('other', up)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('shows that the endpoint works', async () => {
    const { as } = await scene();
    for (let n = 0; n < 4; n += 1)
      await expect(as('quiet', down)).rejects.toThrow('cannot be reached');
    await expect(as('third', limited)).rejects.toThrow('limits the rate');
    await expect(as('quiet', down)).rejects.toThrow('cannot be reached');
    expect(await as('quiet', up)).toBe('up');
  });
});

describe('circuit of a client whose certificate the server may refuse', () => {
  const ended = () =>
    Promise.reject(new VendError('upstream_unavailable', { mayBeRefusal: true, says: 'ended' }));
  const scene = async () => {
    const clock = new FakeClock();
    const breaker = new CircuitBreaker(clock);
    const as = (client: string | undefined, request: () => Promise<string>) =>
      breaker.run('e', new Deadline(clock, 8_000, upstreamTimeout), request, client);
    for (let n = 0; n < 5; n += 1) await expect(as('refused', ended)).rejects.toThrow('ended');
    return { as, clock };
  };

  it('opens for that client, and another client of the endpoint is served', async () => {
    const { as, clock } = await scene();
    await expect(as('refused', up)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryAfter: 1,
      message: expect.stringContaining('ends the connections of this client'),
      mayBeRefusal: true,
    });
    expect(await as('accepted', up)).toBe('up');
    clock.skip(1_000);
    expect(await as('refused', up)).toBe('up');
  });

  it('does not show that the endpoint works', async () => {
    const { as } = await scene();
    for (let n = 0; n < 4; n += 1)
      await expect(as('other', down)).rejects.toThrow('cannot be reached');
    await expect(as('third', ended)).rejects.toThrow('ended');
    await expect(as('other', down)).rejects.toThrow('cannot be reached');
    await expect(as('fourth', up)).rejects.toThrow('circuit breaker is open');
  });
});
