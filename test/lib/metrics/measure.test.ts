import { describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import type { ErrorCode } from '../../../lib/errors/error-table.ts';
import { type Measurement, measureEvent } from '../../../lib/metrics/measure.ts';
import { METRICS } from '../../../lib/metrics/names.ts';
import { everyKindOfEvent } from '../../support/audit-world.ts';

const events = await everyKindOfEvent();
const eventOf = <K extends AuditEvent['kind']>(kind: K) => {
  const event = events.find((one) => one.kind === kind);
  if (event === undefined) throw new Error(`no event of kind ${kind}`);
  return event as Extract<AuditEvent, { kind: K }>;
};
const names = (measurements: readonly Measurement[]) => measurements.map(({ metric }) => metric);

describe('the measurements of events', () => {
  it('counts a vend by credential and source, and how long each stage took', () => {
    const vend = eventOf('vend');
    const credential = vend.access.credential;
    expect(measureEvent({ ...vend, source: 'minted', stages: { policy: 0.2, total: 7 } })).toEqual([
      { metric: 'vends', value: 1, dimensions: { Credential: credential, Source: 'minted' } },
      { metric: 'policyLatency', value: 0.2, dimensions: {} },
      { metric: 'requestLatency', value: 7, dimensions: {} },
    ]);
  });

  it('counts a vend from the cache as a token request that was saved', () => {
    const measured = measureEvent({ ...eventOf('vend'), source: 'cached', stages: {} });
    expect(names(measured)).toEqual(['vends', 'requestsSaved']);
  });

  it('never makes a dimension of a name that a denied caller chose', () => {
    const refusals = events.filter(({ kind }) => kind === 'denial' || kind === 'refusal');
    const dimensions = refusals.flatMap(measureEvent).flatMap((one) => Object.keys(one.dimensions));
    expect(new Set(dimensions)).toEqual(new Set(['Code']));
  });

  const causes: [ErrorCode, string[]][] = [
    ['secrets_unavailable', ['failures', 'secretFailures']],
    ['credential_refused', ['failures', 'credentialRefusals']],
    ['budget_exhausted', ['failures', 'budgetRefusals']],
    ['upstream_timeout', ['failures', 'upstreamFailures']],
    ['upstream_rate_limited', ['failures', 'upstreamFailures']],
    ['token_unacceptable', ['failures', 'upstreamFailures']],
    ['scope_refused', ['failures']],
  ];
  it.each(causes)('counts the cause of %s', (code, metrics) => {
    expect(names(measureEvent({ ...eventOf('upstream-failure'), code }))).toEqual(metrics);
    expect(names(measureEvent({ ...eventOf('refusal'), code }))).toEqual(metrics);
  });

  it('gives every measurement a value for each dimension of its metric, and no other', () => {
    for (const { metric, dimensions } of events.flatMap(measureEvent)) {
      expect(new Set(Object.keys(dimensions))).toEqual(new Set(METRICS[metric].dimensions.flat()));
    }
  });
});
