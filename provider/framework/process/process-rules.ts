import { writeSync } from 'node:fs';
import { ORPHAN_CHECK_EVERY } from '../../../lib/time/time-budget.ts';
import { framesOf } from '../diagnostics/stack-frames.ts';
import type { Log } from './log.ts';

const STDERR = 2;

/** Makes the process behave as Terraform expects of a plugin. */
export function followProcessRules(name: string, log: Log): void {
  handleSignals();
  exitWhenOrphaned();
  reportCrashes(name);
  keepStandardOutputClean(log);
  // Terraform may be gone before the last line of the log.
  process.stderr.on('error', () => undefined);
}

// Ctrl-C reaches the whole process group, but Terraform decides: it calls StopProvider and later Shutdown.
function handleSignals(): void {
  process.on('SIGINT', () => undefined);
  // Exit instead of dying, so that the socket is removed.
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGHUP', () => process.exit(129));
}

// A Terraform that was killed tells nobody. The socket closing proves nothing: gRPC connects again.
function exitWhenOrphaned(): void {
  const parent = process.ppid;
  const watch = () => {
    if (process.ppid !== parent) process.exit(1);
  };
  setInterval(watch, ORPHAN_CHECK_EVERY).unref();
}

// Terraform shows what follows `panic:` to the user, so it has the frames and never the message, which may hold anything.
function reportCrashes(name: string): void {
  const crash = (error: unknown) => {
    writeSync(STDERR, `panic: terraform-provider-${name}: ${framesOf(error)}\n`);
    process.exit(2);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

// After the handshake Terraform discards what comes on standard output; before it, it would break the launch.
function keepStandardOutputClean(log: Log): void {
  const toLog = () => log.debug('a library wrote to the console');
  Object.assign(console, { log: toLog, info: toLog, debug: toLog, warn: toLog, error: toLog });
}
