import process from 'node:process';
import { CommandError } from './command-error.ts';
import { runProgram } from './program.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort());

// Node.js reports some ends of a connection to nobody, such as a switch of protocols. It would then
// end with exit code 13 and no text.
const stalled = Promise.withResolvers<never>();
// A command that has ended does not wait for it.
stalled.promise.catch(() => undefined);
process.once('beforeExit', () =>
  stalled.reject(
    new CommandError(
      6,
      'A connection ended without a response. Check the network and any proxy, and try again.',
    ),
  ),
);

// A reader that closes the pipe early, such as `head`, is not an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const { env: environment, stdout, stderr } = process;
const exitCode = await runProgram(process.argv.slice(2), {
  environment,
  stdout,
  stderr,
  signal: interrupted.signal,
  stalled: stalled.promise,
});
if (exitCode !== undefined) process.exitCode = exitCode;
