import { describe, expect, it } from '@jest/globals';
import { DroppedTokens } from '../../../lib/token/dropped-tokens.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('dropped tokens', () => {
  it('are known for their credential until they would have ended', () => {
    const clock = new FakeClock();
    const dropped = new DroppedTokens(clock);
    dropped.add('checkout/orders-api', 's', clock.now() + 1_000);
    const has = (credential: string) => dropped.has({ credential, sha256: 's' });
    expect([has('checkout/orders-api'), has('other/api')]).toEqual([true, false]);
    clock.skip(1_000);
    expect(has('checkout/orders-api')).toBe(false);
  });

  it('of one credential do not make others forgotten', () => {
    const dropped = new DroppedTokens(new FakeClock());
    dropped.add('quiet/api', 's');
    for (let n = 0; n < 2_000; n += 1) dropped.add('loud/api', `s${n}`);
    const has = (credential: string, sha256: string) => dropped.has({ credential, sha256 });
    expect([has('quiet/api', 's'), has('loud/api', 's1999'), has('loud/api', 's1899')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
