import { writeSync } from 'node:fs';

const STDOUT = 1;

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
