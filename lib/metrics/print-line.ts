import { writeSync } from 'node:fs';

const STDOUT = 1;

// Milliseconds. If a reader takes nothing for longer than all pauses together, the request
// continues without it.
const PAUSE = 2;
const PAUSES = 500;
const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Prints a complete line before anything else is printed, so that lines of concurrent requests
 * never mix. A full pipe returns EAGAIN or takes a part, and is waited for up to a second. It never
 * throws, because no request depends on the output.
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

/** Number of bytes written; `undefined` if the pipe is closed. */
function writeSome(bytes: Uint8Array): number | undefined {
  try {
    return writeSync(STDOUT, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : undefined;
  }
}
