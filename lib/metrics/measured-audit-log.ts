import type { AuditEvent, AuditLog } from '../audit/event.ts';
import { AUDIT_FAILURE, type Metrics, measureEvent } from './measure.ts';

/**
 * An audit log that counts what it records. Every decision passes here once, so the numbers on the dashboard and the records in
 * the log speak of the same things; a record that could not be stored is counted as just that.
 */
export class MeasuredAuditLog implements AuditLog {
  readonly #log: AuditLog;
  readonly #metrics: Metrics;

  constructor(log: AuditLog, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** @throws VendError `audit_unavailable` */
  async append(event: AuditEvent): Promise<void> {
    try {
      await this.#log.append(event);
    } catch (error) {
      this.#metrics.record([AUDIT_FAILURE]);
      throw error;
    }
    const measurements = measureEvent(event);
    if (measurements.length > 0) this.#metrics.record(measurements);
  }
}
