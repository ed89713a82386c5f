import { appendFile, fsync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { AuditLog } from '../audit-log.ts';
import { VendError } from '../vend-error.ts';

// Not node:fs/promises: it loads web streams into every cold start.
const appendTo = promisify(appendFile);
const flushToDisk = promisify(fsync);

/**
 * The simplest honest audit log: one JSON line per decision, appended to one file per process and flushed to the disk
 * before `append` returns. A failed append is kept, and written before any later one.
 *
 * @param directory is made where it does not exist
 */
export function openAuditFile(directory: string, processId: string, now: () => number): AuditLog {
  const file = path.join(directory, `${processId}.jsonl`);
  const owed: string[] = [];
  let descriptor: number | undefined;
  let queue: Promise<void> = Promise.resolve();

  const flush = async (): Promise<void> => {
    if (owed.length === 0) return;
    const lines = owed.length;
    descriptor ??= openLog(directory, file);
    await appendTo(descriptor, `${owed.slice(0, lines).join('\n')}\n`);
    await flushToDisk(descriptor);
    owed.splice(0, lines);
  };

  return {
    async append(event) {
      owed.push(JSON.stringify({ time: new Date(now()).toISOString(), ...event }));
      // One after the other; whatever arrives while the disk is busy goes out with the next flush.
      queue = queue.then(flush, flush);
      try {
        await queue;
      } catch (cause) {
        throw new VendError('audit_unavailable', { cause });
      }
    },
  };
}

function openLog(directory: string, file: string): number {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return openSync(file, 'a', 0o600);
}
