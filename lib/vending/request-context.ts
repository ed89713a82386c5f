import type { Caller } from '../access/caller.ts';
import type { AuditedAccess, AuditedRequest } from '../audit/event.ts';
import type { HttpRequest } from '../http/messages.ts';
import { Stages } from './stages.ts';
import type { Vending } from './vending.ts';

/** What is known of one request; it gains members as the request advances, so that a failure can say how far it came. */
export interface RequestContext {
  readonly http: HttpRequest;
  readonly caller: Caller;
  readonly stages: Stages;
  /** Aborts when the request's own time is over. */
  readonly signal: AbortSignal;
  access?: AuditedAccess;
  mintId?: string;
}

export function openContext(
  vending: Vending,
  http: HttpRequest,
  caller: Caller,
  signal: AbortSignal,
): RequestContext {
  return { http, caller, signal, stages: new Stages(vending.stopwatch) };
}

/** The request as the audit log knows it. */
export function auditedRequest(http: HttpRequest, caller: Caller | undefined): AuditedRequest {
  return {
    requestId: http.requestId,
    method: http.method,
    path: http.path,
    sourceIp: http.sourceIp,
    userAgent: http.headers['user-agent'],
    caller,
  };
}
