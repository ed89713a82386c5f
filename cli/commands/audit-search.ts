import { createHash } from 'node:crypto';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { auditKinds } from '../../lib/audit/record-schema.ts';
import { sourceOptions } from '../audit/audit-options.ts';
import type { RecordFilter } from '../audit/record-filter.ts';
import { addRetention, expiredBefore, type RetentionFlags } from '../audit/retention.ts';
import { CommandError } from '../command-error.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

interface Flags extends RecordFilter, RetentionFlags {
  readonly tokenStdin?: boolean;
}

const EXAMPLES = `
Examples:
  token-vending audit search .local/audit --kind denial --since 2026-01-31T00:00:00Z
  token-vending audit search s3://example-audit/token-vending --caller ci-checkout --json | jq .unmapped.vend_id
  pbpaste | token-vending audit search .local/audit --token-stdin        # who got this leaked token?

Prints one record per line. With --json each line is JSON. Exits with 1 if no record matches. The token of --token-stdin
is hashed on this machine and not sent.`;

export function registerAuditSearch(group: Command, surroundings: Surroundings): void {
  addRetention(group.command('search'))
    .argument('<log>', 'directory, or s3://bucket/prefix')
    .description('find records by caller, team, credential, time, decision, mint or token')
    .option('--caller <text>', 'part of the ARN of the role, user or session')
    .option('--principal-id <id>', 'unique id of the role or user, such as AROA...')
    .option('--team <team>', 'team of the credential')
    .option('--credential <team/name>', 'requested credential')
    .addOption(new Option('--kind <kind>', 'kind of record').choices(auditKinds))
    .addOption(new Option('--decision <decision>', 'decision of policy').choices(['allow', 'deny']))
    .option('--since <time>', 'records from this time on, such as 2026-01-31T00:00:00Z', parseTime)
    .option('--until <time>', 'records before this time, such as 2026-02-01T00:00:00Z', parseTime)
    .option('--mint <id>', 'every record of one mint')
    .option('--vend <id>', 'the record of one vend')
    .option('--request <id>', 'every record of one request')
    .option('--token-sha256 <hex>', 'every record of one token')
    .option('--token-stdin', 'every record of the token on standard input')
    .addHelpText('after', EXAMPLES)
    .action(async (location: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const filter = flags.tokenStdin ? { ...flags, tokenSha256: await hashOfInput() } : flags;
      const { readRecords } = await import('../audit/record-source.ts');
      const { matches, summarize } = await import('../audit/record-filter.ts');
      const { verifyLog } = await import('../audit/verify-log.ts');
      let found = 0;
      const records = readRecords(location, sourceOptions(options, surroundings));
      const { breaks, unlistedBreaks } = await verifyLog(records, {
        expiredBefore: expiredBefore(flags, Date.now()),
        visit: (record) => {
          if (!matches(record, filter)) return;
          found += 1;
          ui.out(options.json ? JSON.stringify(record) : summarize(record));
        },
      });
      if (breaks.length > 0)
        ui.err(
          `The log is not whole: ${breaks.length + unlistedBreaks} broken. Run token-vending audit verify.`,
        );
      if (found === 0) throw new CommandError(1, 'No record matches.');
    });
}

async function hashOfInput(): Promise<string> {
  const token = (await text(process.stdin)).trim();
  if (token === '') throw new CommandError(2, 'There is no token on standard input.');
  return createHash('sha256').update(token).digest('hex');
}

function parseTime(given: string): number {
  const time = Date.parse(given);
  if (Number.isNaN(time))
    throw new InvalidArgumentError('It must be a time such as 2026-01-31T00:00:00Z.');
  return time;
}
