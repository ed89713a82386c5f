import { describe, expect, it } from '@jest/globals';
import { RefusalMemory } from '../../lib/refusal-memory.ts';
import { VendError } from '../../lib/vend-error.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeWorld } from '../support/fake-ports.ts';

describe('the memory of refusals', () => {
  it('holds a version back for 30 s, and no other', () => {
    const clock = new FakeClock();
    const memory = new RefusalMemory(clock);
    memory.refused('team/api', 'v1');
    expect(memory.secondsLeft('team/api', 'v1')).toBe(30);
    expect(memory.secondsLeft('team/api', 'v2')).toBe(0);
    expect(memory.secondsLeft('team/other', 'v1')).toBe(0);
    clock.skip(30_000);
    expect(memory.secondsLeft('team/api', 'v1')).toBe(0);
  });

  it('is void where the server refuses what it took last: it has changed', () => {
    const memory = new RefusalMemory(new FakeClock());
    memory.refused('team/api', 'v2');
    memory.accepted('team/api', 'v1');
    expect(memory.secondsLeft('team/api', 'v2')).toBe(30);
    memory.refused('team/api', 'v1');
    expect(memory.secondsLeft('team/api', 'v2')).toBe(0);
    expect(memory.secondsLeft('team/api', 'v1')).toBe(30);
    // Once: v1 has not been taken since.
    memory.refused('team/api', 'v2');
    memory.refused('team/api', 'v1');
    expect(memory.secondsLeft('team/api', 'v2')).toBe(30);
  });

  it('spares the server a secret that it refused while another request was being announced', async () => {
    const world = new FakeWorld();
    world.server.token = new VendError('credential_refused');
    let records = 0;
    world.audit.delay = () => {
      records += 1;
      const milliseconds = records === 2 ? 1_000 : 0;
      return new Promise((resolve) => world.clock.startTimer(milliseconds, resolve));
    };
    const both = await Promise.all([
      world.vend({ scope: 'orders:read' }),
      world.vend({ scope: 'orders:write' }),
    ]);
    expect(both.map(({ json }) => json['code'])).toEqual(Array(2).fill('credential_refused'));
    expect(world.server.tokenRequests).toBe(1);
  });
});
