import { describe, expect, it } from '@jest/globals';
import { RefusalMemory } from '../../../lib/credential/refusal-memory.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never } from '../../support/fake-ports.ts';

const refuse = () => Promise.reject(new VendError('credential_refused'));
const fail = () => Promise.reject(new VendError('upstream_unavailable'));
const take = async () => 'taken';

class Scene {
  readonly clock = new FakeClock();
  readonly memory = new RefusalMemory(this.clock);

  async present(
    version: string,
    request: () => Promise<string>,
    signal = new AbortController().signal,
  ) {
    return await this.memory
      .present('team/api', version, signal, request)
      .catch(({ code }) => code);
  }

  left(version: string, credential = 'team/api'): number {
    return this.memory.secondsLeft(credential, version);
  }
}

describe('the memory of refusals', () => {
  it('holds a version back for 30 s, and no other', async () => {
    const scene = new Scene();
    expect(await scene.present('v1', refuse)).toBe('credential_refused');
    expect([scene.left('v1'), scene.left('v2'), scene.left('v1', 'team/other')]).toEqual([
      30, 0, 0,
    ]);
    expect(await scene.present('v1', take)).toBe('credential_refused');
    expect(await scene.present('v2', fail)).toBe('upstream_unavailable');
    scene.clock.skip(30_000);
    expect(await scene.present('v1', take)).toBe('taken');
  });

  it('is void if the server refuses the version that it accepted last: it has changed', async () => {
    const scene = new Scene();
    await scene.present('v2', refuse);
    await scene.present('v1', take);
    expect(scene.left('v2')).toBe(30);
    scene.clock.skip(1);
    await scene.present('v1', refuse);
    expect([scene.left('v1'), scene.left('v2')]).toEqual([30, 0]);
    // Only once: v1 has not been accepted since.
    await scene.present('v2', refuse);
    expect([scene.left('v1'), scene.left('v2')]).toEqual([30, 30]);
  });

  it('is not changed by the response to a request that was sent before the refusal', async () => {
    const scene = new Scene();
    await scene.present('v1', take);
    const { promise, resolve } = Promise.withResolvers<string>();
    const late = scene.present('v1', () => promise);
    scene.clock.skip(1_000);
    await scene.present('v1', refuse);
    resolve('taken');
    expect(await late).toBe('taken');
    expect(scene.left('v1')).toBe(30);
  });

  it('sends one of many requests first until the version is known to be right', async () => {
    const scene = new Scene();
    let sent = 0;
    const { promise, reject } = Promise.withResolvers<string>();
    const request = () => {
      sent += 1;
      return promise;
    };
    const many = Array.from({ length: 50 }, () => scene.present('v1', request));
    reject(new VendError('credential_refused'));
    expect(await Promise.all(many)).toEqual(Array(50).fill('credential_refused'));
    expect(sent).toBe(1);
  });

  it('sends the others at once after the first was accepted, or ended without a verdict', async () => {
    for (const first of [take, fail]) {
      const scene = new Scene();
      let others = 0;
      const { promise, resolve } = Promise.withResolvers<string>();
      const began = scene.present('v1', async () => await promise.then(first));
      const request = async () => {
        others += 1;
        return 'taken';
      };
      const waiting = Array.from({ length: 50 }, () => scene.present('v1', request));
      expect(others).toBe(0);
      resolve('');
      await began;
      expect(await Promise.all(waiting)).toEqual(Array(50).fill('taken'));
    }
  });

  it('keeps no caller longer than its signal allows', async () => {
    const scene = new Scene();
    void scene.present('v1', never);
    const impatient = new AbortController();
    const waiting = scene.present('v1', take, impatient.signal);
    impatient.abort(new VendError('upstream_timeout'));
    expect(await waiting).toBe('upstream_timeout');
  });
});
