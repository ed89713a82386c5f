import process from 'node:process';
import { runProgram } from './program.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort());

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
});
if (exitCode !== undefined) process.exitCode = exitCode;
