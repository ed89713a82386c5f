import type { AuditEvent } from '../audit/event.ts';
import type { Stage } from '../time/stage-times.ts';
import type { Dimension, MetricKey } from './names.ts';

/** One number of one metric. */
export interface Measurement {
  readonly metric: MetricKey;
  /** Milliseconds or a count, by the unit of the metric. */
  readonly value: number;
  /** A value for each dimension in the metric's dimension sets. */
  readonly dimensions: Readonly<Partial<Record<Dimension, string>>>;
}

/** Port: the output of measurements. It never throws. */
export interface Metrics {
  record(measurements: readonly Measurement[]): void;
}

const STAGE_METRICS: Readonly<
  Record<Exclude<Stage, 'revocation' | 'introspection'> | 'total', MetricKey>
> = {
  policy: 'policyLatency',
  secret: 'secretLatency',
  metadata: 'metadataLatency',
  audit: 'auditLatency',
  token: 'tokenLatency',
  verify: 'verifyLatency',
  total: 'requestLatency',
};

/**
 * The measurements of one event. Only events that policy allowed name a credential: a denied caller
 * may request any name, and each name would become a new metric.
 */
export function measureEvent(event: AuditEvent): Measurement[] {
  switch (event.kind) {
    case 'vend':
      return measureVend(event);
    case 'mint':
      return [count('mints', { Credential: event.access.credential })];
    case 'denial':
      return [count('denials', { Code: event.code })];
    case 'refusal':
      return [count('failures', { Code: event.code }), ...measureCause(event.code)];
    case 'upstream-failure':
      return [count('failures', { Code: event.code }), ...measureCause(event.code)];
    default:
      return [];
  }
}

/** A record that could not be stored. */
export const AUDIT_FAILURE: Measurement = {
  metric: 'auditFailures',
  value: 1,
  dimensions: {},
};

function measureVend({
  access: { credential },
  source,
  stages,
}: Extract<AuditEvent, { kind: 'vend' }>): Measurement[] {
  const saved = source === 'cached' ? [count('requestsSaved', { Credential: credential })] : [];
  const latencies = Object.entries(stages).map(([stage, value]) => ({
    metric: STAGE_METRICS[stage as keyof typeof STAGE_METRICS],
    value,
    dimensions: {},
  }));
  return [count('vends', { Credential: credential, Source: source }), ...saved, ...latencies];
}

function measureCause(code: string): Measurement[] {
  if (code === 'secrets_unavailable') return [count('secretFailures')];
  if (code === 'credential_refused') return [count('credentialRefusals')];
  if (code === 'budget_exhausted') return [count('budgetRefusals')];
  return code.startsWith('upstream_') || code === 'token_unacceptable'
    ? [count('upstreamFailures')]
    : [];
}

function count(metric: MetricKey, dimensions: Measurement['dimensions'] = {}): Measurement {
  return { metric, value: 1, dimensions };
}
