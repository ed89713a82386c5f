import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditRecord } from '../../../lib/audit/record-schema.ts';
import { verifyDecision } from '../../../lib/audit/verify-decision.ts';
import { recordsOfEveryKind } from '../../support/audit-world.ts';

let records: AuditRecord[];

beforeAll(async () => {
  records = await recordsOfEveryKind();
});

const breaksOf = (record: AuditRecord) => {
  const kinds: string[] = [];
  verifyDecision(record, (kind) => kinds.push(kind));
  return kinds;
};
const ofKind = (kind: string) =>
  records.find(({ metadata }) => metadata.event_code === kind) as AuditRecord;
const decided = (record: AuditRecord, authorizations: AuditRecord['actor']['authorizations']) => ({
  ...record,
  actor: { ...record.actor, authorizations },
});

describe('the decision in a record', () => {
  it('is as the function writes it', () => {
    expect(records.flatMap(breaksOf)).toEqual([]);
  });

  it.each(['mint-intent', 'mint', 'vend'])('of a %s must be to allow', (kind) => {
    const record = ofKind(kind);
    const [allow] = record.actor.authorizations ?? [];
    if (allow === undefined) throw new Error('no decision');
    const deny = { ...allow, decision: 'deny' } as const;
    for (const decisions of [undefined, [], [deny], [allow, deny], [deny, allow]])
      expect(breaksOf(decided(record, decisions))).toEqual(['not-allowed']);
    expect(breaksOf(decided(record, [allow, allow]))).toEqual([]);
  });

  it('of a denial is to deny', () => {
    expect(breaksOf(ofKind('denial'))).toEqual([]);
  });
});
