import { type Caller, identifyCaller } from '../access/caller.ts';
import type { AuditEvent } from '../audit/event.ts';
import { VendError } from '../errors/vend-error.ts';
import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import type { ErrorResponse } from '../http/wire.ts';
import { Deadline } from '../time/deadline.ts';
import { upstreamTimeout } from '../time/retry.ts';
import { REQUEST_TIMEOUT } from '../time/time-budget.ts';
import { auditedRequest, openContext, type RequestContext } from './request-context.ts';
import { findRoute } from './routes.ts';
import type { Vending } from './vending.ts';

/**
 * Serves one request of any route. Never throws: every failure is an answer, recorded and reported.
 *
 * @param http `undefined` where the event was none of HTTP: nobody was verified, so nobody is served
 * @param signal aborts if the caller leaves: nothing more is requested for it then
 */
export async function serveRequest(
  vending: Vending,
  http: HttpRequest = unverified(vending),
  signal?: AbortSignal,
): Promise<HttpResponse> {
  using deadline = new Deadline(vending.clock, REQUEST_TIMEOUT, upstreamTimeout, signal);
  let context: RequestContext | undefined;
  try {
    context = openContext(vending, http, requireCaller(http), deadline.signal);
    const answer = await findRoute(http)(vending, context);
    return respond(http, 200, answer, { 'server-timing': context.stages.toServerTiming() });
  } catch (error) {
    const failure = VendError.from(error);
    // Where the answer hides what happened from the caller, the record does not.
    const happened = failure.cause instanceof VendError ? failure.cause : failure;
    await recordFailure(vending, http, context, happened);
    return refuse(vending, http, failure);
  }
}

function requireCaller(http: HttpRequest): Caller {
  if (http.identity === undefined) throw new VendError('caller_unidentified');
  return identifyCaller(http.identity);
}

async function recordFailure(
  vending: Vending,
  http: HttpRequest,
  context: RequestContext | undefined,
  failure: VendError,
): Promise<void> {
  vending.reportFailure(failure, http.requestId);
  const event = describeFailure(http, context, failure);
  if (event === undefined) return;
  try {
    await vending.audit.append(event);
  } catch (error) {
    // A refusal that cannot be recorded is still a refusal: nothing leaves either way.
    vending.reportFailure(VendError.from(error), http.requestId);
  }
}

function describeFailure(
  http: HttpRequest,
  context: RequestContext | undefined,
  { code, row }: VendError,
): AuditEvent | undefined {
  const request = auditedRequest(http, context?.caller);
  const access = context?.access;
  // The log just refused a record; another would find it no better.
  if (code === 'audit_unavailable') return undefined;
  if (row.error === 'access_denied') return { kind: 'denial', request, access, code };
  const upstream = row.status > 500 || row.error === 'temporarily_unavailable';
  return upstream && access !== undefined
    ? { kind: 'upstream-failure', request, access, mintId: context?.mintId, code }
    : { kind: 'refusal', request, access, code };
}

function refuse(vending: Vending, http: HttpRequest, failure: VendError): HttpResponse {
  const answer: ErrorResponse = {
    error: failure.row.error,
    error_description: failure.message,
    error_uri: `${vending.troubleshootingUrl}#${failure.code}`,
    code: failure.code,
    request_id: http.requestId,
    advice: failure.advice,
  };
  const { retryAfter, allow } = failure;
  return respond(http, failure.row.status, answer, {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(allow === undefined ? {} : { allow }),
  });
}

function respond(
  http: HttpRequest,
  status: number,
  answer: unknown,
  headers: Readonly<Record<string, string>>,
): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': http.requestId,
      ...headers,
    },
    body: answer === undefined ? '' : JSON.stringify(answer),
  };
}

function unverified({ clock }: Vending): HttpRequest {
  const requestId = clock.uuid();
  return {
    method: '',
    path: '',
    query: '',
    headers: {},
    body: '',
    requestId,
    sourceIp: undefined,
    host: '',
    identity: undefined,
  };
}
