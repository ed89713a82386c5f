import { v7 as uuidv7 } from 'uuid';
import type { Clock } from './clock.ts';

/**
 * The clock of the machine. Its identifiers sort in the order of creation, even within a
 * millisecond (RFC 9562 section 6.2).
 */
export const systemClock: Clock = {
  now: Date.now,
  startTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  uuid: () => uuidv7(),
};
