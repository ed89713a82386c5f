import { describe, expect, it } from '@jest/globals';
import { HeldError } from '../../../lib/token/held-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('a held error', () => {
  it('is thrown for 30 seconds', () => {
    const clock = new FakeClock();
    const held = new HeldError(clock);
    expect(held.isHeld).toBe(false);
    held.throwIfHeld();
    const error = new Error('refused');
    held.hold(error);
    clock.skip(29_999);
    expect(() => held.throwIfHeld()).toThrow(error);
    clock.skip(1);
    expect(held.isHeld).toBe(false);
    held.throwIfHeld();
  });

  it('is not thrown after it is dropped', () => {
    const held = new HeldError(new FakeClock());
    held.hold(new Error('refused'));
    held.forget();
    held.throwIfHeld();
    expect(held.isHeld).toBe(false);
  });
});
