import type { Caller } from '../access/caller.ts';
import type { AuditedToken } from '../audit/audited-mint.ts';
import type { AuditEvent, AuditedRequest } from '../audit/event.ts';
import type { AuditLog } from '../audit/log.ts';
import { AUDIT_FAILURE, type Metrics, measureEvent } from '../metrics/measure.ts';
import type { MintedToken } from '../token/minted-token.ts';
import type { Failed, Outcome, Vended } from './outcome.ts';
import type { RequestContext } from './request-context.ts';

/** The request of an outcome. Its caller is unknown if the platform verified no caller. */
export interface RecordedRequest extends Pick<RequestContext, 'http' | 'times'> {
  readonly caller: Caller | undefined;
}

/**
 * Turns outcomes into audit records and metrics: each outcome passes here once, so metrics and
 * records agree. A record that could not be stored is counted only as an audit failure.
 */
export class Recorder {
  readonly #log: AuditLog;
  readonly #metrics: Metrics;

  constructor(log: AuditLog, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** @throws VendError `audit_unavailable` */
  async record(request: RecordedRequest, outcome: Outcome): Promise<void> {
    const event = toEvent(request, outcome);
    if (event === undefined) return;
    await request.times.time('audit', () => this.append(event));
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

function toEvent(of: RecordedRequest, outcome: Outcome): AuditEvent | undefined {
  const request = auditedRequest(of);
  switch (outcome.kind) {
    case 'announced': {
      const { access, mintId } = outcome;
      return { kind: 'mint-intent', request, access, mint: { mintId } };
    }
    case 'minted': {
      const { access, mint, token } = outcome;
      const { sub, clientId, boundTo, implicitScope } = token;
      const audited = { ...auditedToken(token), sub, clientId, boundTo, implicitScope };
      return { kind: 'mint', request, access, mint, token: audited };
    }
    case 'vended':
      return vendOf(of, request, outcome);
    case 'introspected':
      return { ...outcome, kind: 'introspection', request };
    case 'revocation-announced':
      return { ...outcome, kind: 'revocation-intent', request };
    case 'revoked':
      return { ...outcome, kind: 'revocation', request };
    case 'evaluated':
      return { ...outcome, kind: 'evaluation', request };
    case 'registration-announced':
      return { ...outcome, kind: 'registration-intent', request };
    case 'registered':
      return { ...outcome, kind: 'registration', request };
    case 'listed':
      return { ...outcome, kind: 'listing', request };
    case 'failed':
      return errorEventOf(request, outcome);
  }
}

function vendOf({ times }: RecordedRequest, request: AuditedRequest, vended: Vended): AuditEvent {
  const { access, vendId, token, source, secondsLeft } = vended;
  return {
    kind: 'vend',
    request,
    access,
    vendId,
    mintId: token.mintId,
    source,
    token: auditedToken(token),
    remainingLifetime: secondsLeft,
    stages: times.toJSON(),
  };
}

function errorEventOf(
  request: AuditedRequest,
  { error, access, mintId }: Failed,
): AuditEvent | undefined {
  const { code, row } = error.conceals ?? error;
  // The log has just failed to store a record, so another record would fail too.
  if (code === 'audit_unavailable') return undefined;
  if (row.error === 'access_denied') return { kind: 'denial', request, access, code };
  const upstream =
    row.status > 500 || (row.error === 'temporarily_unavailable' && code !== 'budget_exhausted');
  return upstream && access !== undefined
    ? { kind: 'upstream-failure', request, access, mintId, code }
    : { kind: 'refusal', request, access, code };
}

function auditedRequest({ http, caller }: RecordedRequest): AuditedRequest {
  const { requestId, method, path, sourceIp, headers } = http;
  return { requestId, method, path, sourceIp, userAgent: headers['user-agent'], caller };
}

function auditedToken(token: MintedToken): AuditedToken {
  const { sha256, jti, scope, audience, issuedAt, expiresAt } = token;
  return { sha256, jti, scope, audience, issuedAt, expiresAt };
}
