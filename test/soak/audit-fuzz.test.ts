import { describeAuditFuzz } from '../support/audit-fuzz.ts';

describeAuditFuzz(100_000);
