import { describeAuditFuzz } from '../support/audit-fuzz.ts';

describeAuditFuzz(1_000);
