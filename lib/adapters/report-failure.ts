import { writeSync } from 'node:fs';
import type { VendError } from '../vend-error.ts';
import type { PolicyReload } from './policy-reload.ts';

const STDOUT = 1;

/**
 * One JSON line per failure on standard output, for whoever operates the function. Of a foreign error only its name goes
 * out, and the frames of its stack where the failure is a bug of ours: messages of others may quote what they were given.
 */
export function reportFailure(error: VendError, requestId: string): void {
  const { code, detail, cause } = error;
  const line = {
    level: error.row.status >= 500 ? 'ERROR' : 'INFO',
    message: 'request failed',
    requestId,
    code,
    detail,
    cause: cause instanceof Error ? cause.name : undefined,
    frames: code === 'internal' ? framesOf(cause) : undefined,
  };
  print(line);
}

/** One JSON line for each edit of policies that was taken over, or not. */
export function reportPolicyReload(outcome: PolicyReload): void {
  print(
    'failure' in outcome
      ? {
          level: 'ERROR',
          message: 'access policies not taken over; the last good ones stay in force',
          code: outcome.failure.code,
          detail: outcome.failure.message,
        }
      : { level: 'INFO', message: 'access policies taken over', policyVersion: outcome.version },
  );
}

function print(line: object): void {
  printLine(JSON.stringify(line));
}

// Milliseconds. A reader that takes nothing for longer than all of them together is not worth a request's time.
const PAUSE = 2;
const PAUSES = 500;
const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Prints a line whole, before anything else is printed: lines of concurrent requests never mix. A pipe that is full is waited for
 * (up to a second), since it answers EAGAIN, or takes a part. Never throws: nothing that counts depends on what is printed.
 */
export function printLine(line: string): void {
  const bytes = new TextEncoder().encode(`${line}\n`);
  let written = 0;
  for (let pauses = 0; written < bytes.length && pauses < PAUSES; ) {
    const taken = writeSome(bytes.subarray(written));
    if (taken === undefined) return;
    written += taken;
    if (taken > 0) continue;
    Atomics.wait(nothing, 0, 0, PAUSE);
    pauses += 1;
  }
}

/** How many bytes were taken; `undefined` where nobody reads any more. */
function writeSome(bytes: Uint8Array): number | undefined {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : undefined;
  }
}

function framesOf(cause: unknown): string[] | undefined {
  if (!(cause instanceof Error)) return undefined;
  return cause.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 10);
}
