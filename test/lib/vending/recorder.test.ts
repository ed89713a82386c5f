import { describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import type { Measurement } from '../../../lib/metrics/measure.ts';
import { Recorder } from '../../../lib/vending/recorder.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';
import { FakeAuditLog } from '../../support/fake-ports.ts';
import { contextOf } from '../../support/request-context.ts';

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

  it('records of a mint whom its token names, and of a vend only its mint', async () => {
    const { log, measured } = open();
    const { access } = eventOf('mint');
    const token = {
      ...eventOf('vend').token,
      ...{ accessToken: 'canary', mintId: 'm', credential: access.credential },
      ...{ sub: 's', clientId: 'c', implicitScope: ['profile'] },
    };
    const { mint } = eventOf('mint');
    await measured.record(contextOf(), { kind: 'minted', access, mint, token });
    const vend = { vendId: 'v', source: 'minted', secondsLeft: 1 } as const;
    await measured.record(contextOf(), { kind: 'vended', access, token, ...vend });
    const [minted, vended] = log.events;
    expect(minted).toMatchObject({
      token: { sub: 's', clientId: 'c', implicitScope: ['profile'] },
    });
    expect(vended).not.toHaveProperty('token.sub');
    expect(JSON.stringify(log.events)).not.toContain('canary');
  });

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
