import type { Command } from 'commander';
import type { Surroundings } from '../global-options.ts';
import { registerAuditReport } from './audit-report.ts';
import { registerAuditSearch } from './audit-search.ts';
import { registerAuditTail } from './audit-tail.ts';
import { registerAuditVerify } from './audit-verify.ts';

const EXAMPLES = `
Examples:
  token-vending audit verify .local/audit
  token-vending audit search s3://example-audit/token-vending --team checkout --since 2026-01-01T00:00:00Z
  token-vending audit report .local/audit --output report.html`;

export function registerAudit(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('audit')
    .description('verify, search and report the audit log')
    .addHelpText('after', EXAMPLES);
  for (const register of [
    registerAuditVerify,
    registerAuditSearch,
    registerAuditTail,
    registerAuditReport,
  ])
    register(group, surroundings);
}
