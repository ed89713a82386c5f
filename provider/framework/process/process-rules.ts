import { writeSync } from 'node:fs';
import { ORPHAN_CHECK_EVERY } from '../../../lib/time/time-budget.ts';
import { framesOf } from '../diagnostics/stack-frames.ts';
import type { Log } from './log.ts';

const STDERR = 2;

/** Applies the rules that Terraform has for plugin processes. */
export function followProcessRules(name: string, log: Log): void {
  handleSignals();
  exitWhenOrphaned();
  reportCrashes(name);
  keepStandardOutputClean(log);
  // Terraform may have exited before the last log line is written.
  process.stderr.on('error', () => undefined);
}

// Ctrl-C signals the whole process group. Terraform decides what happens: it calls StopProvider,
// and later Shutdown.
function handleSignals(): void {
  process.on('SIGINT', () => undefined);
  // The process must exit, so that the socket is removed.
  process.on('SIGTERM', () => process.exit(143));
  process.on('SIGHUP', () => process.exit(129));
}

// A killed Terraform sends no message. A closed socket is no sign of it, because gRPC connects
// again.
function exitWhenOrphaned(): void {
  const parent = process.ppid;
  const watch = () => {
    if (process.ppid !== parent) process.exit(1);
  };
  setInterval(watch, ORPHAN_CHECK_EVERY).unref();
}

// Terraform shows the text after `panic:` to the user. So it contains stack frames and not the
// message, which may contain a secret.
function reportCrashes(name: string): void {
  const crash = (error: unknown) => {
    writeSync(STDERR, `panic: terraform-provider-${name}: ${framesOf(error)}\n`);
    process.exit(2);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

// Terraform discards standard output after the handshake. Output before it would break the launch.
function keepStandardOutputClean(log: Log): void {
  const toLog = () => log.debug('a library wrote to the console');
  Object.assign(console, { log: toLog, info: toLog, debug: toLog, warn: toLog, error: toLog });
}
