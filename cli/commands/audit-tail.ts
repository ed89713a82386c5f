import { type Command, InvalidArgumentError } from 'commander';
import type { AuditRecord } from '../../lib/audit/record-schema.ts';
import { sleep } from '../../lib/time/sleep.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { FOLLOW_LOG_EVERY } from '../../lib/time/time-budget.ts';
import { sourceOptions } from '../audit/audit-options.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags {
  readonly lines: number;
  readonly follow?: boolean;
}

const EXAMPLES = `
Examples:
  token-vending audit tail .local/audit
  token-vending audit tail .local/audit --follow --json | jq .status_code

Prints one record per line, oldest first. With --json each line is JSON.`;

export function registerAuditTail(group: Command, surroundings: Surroundings): void {
  group
    .command('tail')
    .argument('<log>', 'directory, or s3://bucket/prefix')
    .description('show the latest records')
    .option('--lines <number>', 'number of records', parseLines, 10)
    .option('--follow', 'also show new records as they are written')
    .addHelpText('after', EXAMPLES)
    .action(async (location: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const { readRecords } = await import('../audit/record-source.ts');
      const { summarize } = await import('../audit/record-filter.ts');
      const { verifyLog } = await import('../audit/verify-log.ts');
      const { LatestRecords } = await import('../audit/latest-records.ts');
      const { NewObjects } = await import('../audit/new-objects.ts');
      const source = sourceOptions(options, surroundings);
      const lineOf = (record: AuditRecord) =>
        options.json ? JSON.stringify(record) : summarize(record);
      const latest = new LatestRecords(flags.lines, lineOf);
      const objects = new NewObjects();
      const visitNew = async (visit: (record: AuditRecord) => void) =>
        await verifyLog(objects.of(readRecords(location, source)), { visit });
      const { unreadable } = await visitNew((record) => latest.add(record));
      latest.lines().forEach(ui.out);
      if (unreadable > 0)
        ui.err(`${unreadable} records cannot be read. Run token-vending audit verify.`);
      while (flags.follow && !surroundings.signal.aborted) {
        await sleep(systemClock, FOLLOW_LOG_EVERY, surroundings.signal);
        await visitNew((record) => ui.out(lineOf(record)));
      }
    });
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (!(Number.isInteger(lines) && lines > 0 && lines <= 10_000))
    throw new InvalidArgumentError('It must be a number from 1 to 10000.');
  return lines;
}
