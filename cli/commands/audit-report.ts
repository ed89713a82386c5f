import type { Command } from 'commander';
import { sourceOptions } from '../audit/audit-options.ts';
import { addRetention, expiredBefore, type RetentionFlags } from '../audit/retention.ts';
import { addSignedAnchors, type SignedAnchorsFlags } from '../audit/signed-anchors-options.ts';
import { CommandError } from '../command-error.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';
import { replaceFile } from '../replace-file.ts';

interface Flags extends RetentionFlags, SignedAnchorsFlags {
  readonly output: string;
}

const EXAMPLES = `
Examples:
  token-vending audit report .local/audit --output report.html
  token-vending audit report s3://example-audit/token-vending --output january.html
  token-vending audit report s3://example-audit/token-vending --public-key anchors.pem

The report is one page without scripts. It loads nothing from the network. It shows issued tokens, denials and their
reasons, saved requests, durations, and whether the log is consistent. With --public-key it also shows what the signed
anchors prove.`;

export function registerAuditReport(group: Command, surroundings: Surroundings): void {
  addSignedAnchors(addRetention(group.command('report')))
    .argument('<log>', 'directory, or s3://bucket/prefix')
    .description('write a readable HTML report of the log')
    .option('--output <file>', 'file to write', 'audit-report.html')
    .addHelpText('after', EXAMPLES)
    .action(async (location: string, flags: Flags, command: Command) => {
      const options = optionsOf<Flags>(command);
      const ui = uiFor(options, surroundings);
      const { readRecords } = await import('../audit/record-source.ts');
      const { writeReport } = await import('../audit/report.ts');
      const { readSignedAnchors } = await import('../audit/signed-anchors.ts');
      const source = sourceOptions(options, surroundings);
      const expired = expiredBefore(flags, Date.now());
      const signed = await readSignedAnchors(flags, location, source, expired);
      const records = readRecords(location, source);
      const { html, log } = await writeReport(records, location, new Date(), {
        progress: ui.counter('records read'),
        expiredBefore: expired,
        signed,
      });
      ui.counter('')(0);
      if (log.records === 0 && signed === undefined)
        throw new CommandError(2, `${location} holds no record.`);
      await replaceFile(flags.output, html);
      if (options.json) ui.out(JSON.stringify({ output: flags.output, ...log }));
      else ui.out(flags.output);
      if (log.breaks.length > 0)
        throw new CommandError(9, 'The log is broken. The report shows where.');
    });
}
