import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Clock } from './clock.ts';

// Asking the system for each identifier's 16 bytes would be a tenth of a cached vend.
const pool = Buffer.alloc(4_096);
let taken = pool.length;

function takeRandom(length: number): Buffer {
  if (taken + length > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += length;
  return pool.subarray(taken - length, taken);
}

let latest = 0;
let sequence = 0;

/** UUIDv7; within a millisecond a counter from a random start keeps the order (RFC 9562 section 6.2). */
function uuid(): string {
  const random = takeRandom(16);
  const now = Date.now();
  sequence = now > latest ? random.readUInt32BE(6) >>> 1 : sequence + 1;
  latest = Math.max(now, latest);
  return uuidv7({ random, msecs: latest, seq: sequence });
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  startTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  uuid,
};
