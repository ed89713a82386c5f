import type { Command } from 'commander';
import { readAnchors, writeAnchors } from '../audit/anchors.ts';
import { sourceOptions } from '../audit/audit-options.ts';
import { addRetention, expiredBefore, type RetentionFlags } from '../audit/retention.ts';
import { addSignedAnchors, type SignedAnchorsFlags } from '../audit/signed-anchors-options.ts';
import { CommandError } from '../command-error.ts';
import { optionsOf, type Surroundings, uiFor } from '../global-options.ts';

const EXAMPLES = `
Examples:
  token-vending audit verify .local/audit
  token-vending audit verify s3://example-audit/token-vending --json
  token-vending audit verify s3://example-audit/token-vending --public-key anchors.pem
  token-vending audit verify s3://example-audit/token-vending --public-key anchors.pem --anchors-at s3://example-copy/token-vending
  token-vending audit verify s3://example-audit/token-vending --anchors monday.json --write-anchors tuesday.json
  token-vending audit verify s3://example-audit/token-vending --retention-days 400

Needs only the log, and no endpoint. Without --public-key it finds changes of single records, but not a chain that was
written again. With --public-key the log must have signed anchors. Exits with 0 if it finds no break, else with 9.
docs/audit.md explains what this proves.`;

interface Flags extends RetentionFlags, SignedAnchorsFlags {
  readonly anchors?: string;
  readonly writeAnchors?: string;
}

export function registerAuditVerify(group: Command, surroundings: Surroundings): void {
  addSignedAnchors(addRetention(group.command('verify')))
    .argument('<log>', 'directory, or s3://bucket/prefix')
    .description('prove that no record was changed, added or lost, up to the last signed anchor')
    .option('--anchors <file>', 'heads of an earlier verification, which the log must contain')
    .option('--write-anchors <file>', 'write the head of each chain, if there is no break')
    .addHelpText('after', EXAMPLES)
    .action(async (location: string, flags: Flags, command: Command) => {
      const options = optionsOf(command);
      const ui = uiFor(options, surroundings);
      const anchors = await readAnchors(flags.anchors);
      const { readRecords } = await import('../audit/record-source.ts');
      const { readSignedAnchors } = await import('../audit/signed-anchors.ts');
      const { describeVerification, verifyLog } = await import('../audit/verify-log.ts');
      const expired = expiredBefore(flags, Date.now());
      const source = sourceOptions(options, surroundings);
      const records = readRecords(location, source);
      const signed = await readSignedAnchors(flags, location, source, expired);
      const { heads, ...log } = await verifyLog(records, {
        progress: ui.counter('records verified'),
        anchors,
        expiredBefore: expired,
        signed,
      });
      ui.counter('')(0);
      if (log.records === 0 && anchors.size === 0 && signed === undefined)
        throw new CommandError(2, `${location} holds no record.`);
      if (options.json) ui.out(JSON.stringify(log));
      else for (const line of describeVerification(log)) ui.out(line);
      if (log.breaks.length > 0)
        throw new CommandError(
          9,
          'The log differs from what was written. Keep it as evidence, and do not write to it.',
        );
      await writeAnchors(flags.writeAnchors, heads);
    });
}
