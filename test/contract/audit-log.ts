import { expect, it } from '@jest/globals';
import type { AuditEvent, AuditLog } from '../../lib/audit-log.ts';

export const START: AuditEvent = {
  kind: 'process-start',
  functionVersion: '1',
  policyVersion: 'p',
  configurationDigest: 'c',
};

export interface AuditLogUnderTest {
  readonly log: AuditLog;
  /** The kinds that were stored, in order. */
  stored(): Promise<string[]>;
  /** Makes the store fail, and work again. */
  break(): Promise<void>;
  mend(): Promise<void>;
}

/** What every audit log must do. */
export function itIsAnAuditLog(open: () => Promise<AuditLogUnderTest>): void {
  it('has stored an event when append returns', async () => {
    const { log, stored } = await open();
    await log.append(START);
    expect(await stored()).toEqual(['process-start']);
  });

  it('keeps the order of appends that run at once, and loses none', async () => {
    const { log, stored } = await open();
    await Promise.all(Array.from({ length: 50 }, () => log.append(START)));
    expect(await stored()).toHaveLength(50);
  });

  it('says that it is unavailable while the store fails, and goes on when it works again', async () => {
    const world = await open();
    await world.break();
    await expect(world.log.append(START)).rejects.toMatchObject({ code: 'audit_unavailable' });
    await world.mend();
    await world.log.append(START);
    expect((await world.stored()).length).toBeGreaterThanOrEqual(1);
  });
}
