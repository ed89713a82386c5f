import { describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import type { Measurement } from '../../../lib/metrics/measure.ts';
import { Recorder } from '../../../lib/vending/recorder.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';
import { FakeAuditLog } from '../../support/fake-ports.ts';

const events = await everyKindOfEvent();
const eventOf = <K extends AuditEvent['kind']>(kind: K) => {
  const event = events.find((one) => one.kind === kind);
  if (event === undefined) throw new Error(`no event of kind ${kind}`);
  return event as Extract<AuditEvent, { kind: K }>;
};
const names = (measurements: readonly Measurement[]) => measurements.map(({ metric }) => metric);

describe('recorder', () => {
  const open = () => {
    const [log, recorded] = [new FakeAuditLog(), [] as Measurement[]];
    const measured = new Recorder(log, { record: (some) => recorded.push(...some) });
    return { log, measured, recorded };
  };

  it('records first, then measures', async () => {
    const { log, measured, recorded } = open();
    await measured.append(eventOf('mint'));
    await measured.append(eventOf('process-start'));
    expect(log.kinds).toEqual(['mint', 'process-start']);
    expect(names(recorded)).toEqual(['mints']);
  });

  it('counts a record that could not be stored as an audit failure, and nothing else', async () => {
    const { log, measured, recorded } = open();
    log.failing = new Set(['vend']);
    await expect(measured.append(eventOf('vend'))).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
    expect(names(recorded)).toEqual(['auditFailures']);
  });
});
