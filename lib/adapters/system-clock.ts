import { v7 as uuidv7 } from 'uuid';
import type { Clock } from '../clock.ts';

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  startTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
  uuid: () => uuidv7(),
};
