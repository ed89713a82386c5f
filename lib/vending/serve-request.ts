import { type Caller, identifyCaller } from '../access/caller.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import { toErrorDescription } from '../http/error-description.ts';
import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import type { ErrorResponse } from '../http/wire.ts';
import { Deadline } from '../time/deadline.ts';
import { StageTimes } from '../time/stage-times.ts';
import { REQUEST_TIMEOUT } from '../time/time-budget.ts';
import { type Ending, type Failed, failed } from './outcome.ts';
import type { RecordedRequest } from './recorder.ts';
import { findRoute } from './routes.ts';
import type { Vending } from './vending.ts';

/**
 * Serves one request of any route. Never throws: every error is a response, recorded and reported.
 *
 * @param signal aborts if the caller leaves; then no further request is made for it
 */
export async function serveRequest(
  vending: Vending,
  http: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  using deadline = new Deadline(vending.clock, REQUEST_TIMEOUT, upstreamTimeout, signal);
  const times = new StageTimes(vending.stopwatch);
  const context = { http, times, signal: deadline.signal, deadline };
  let caller: Caller | undefined;
  let ending: Ending;
  try {
    caller = requireCaller(http);
    ending = await findRoute(http)(vending, { ...context, caller });
  } catch (error) {
    ending = failed(error);
  }
  if (ending.kind === 'served')
    return respond(http, 200, ending.response, { 'server-timing': times.toServerTiming() });
  await recordFailed(vending, { ...context, caller }, ending);
  return refuse(vending, http, ending.error);
}

function requireCaller(http: HttpRequest): Caller {
  if (http.identity === undefined)
    throw new VendError('caller_unidentified', { detail: http.unidentified });
  return identifyCaller(http.identity);
}

async function recordFailed(
  { recorder, reportError }: Pick<Vending, 'recorder' | 'reportError'>,
  context: RecordedRequest,
  failed: Failed,
): Promise<void> {
  const request = { requestId: context.http.requestId, credential: failed.access?.credential };
  reportError(failed.error.conceals ?? failed.error, request);
  try {
    await recorder.record(context, failed);
  } catch (error) {
    // The response stays the same error if it cannot be recorded. No token is issued in either
    // case.
    reportError(VendError.from(error), request);
  }
}

function refuse(
  { troubleshootingUrl }: Pick<Vending, 'troubleshootingUrl'>,
  http: HttpRequest,
  error: VendError,
): HttpResponse {
  const { code, row, message, advice, retryAfter, allow } = error;
  const response: ErrorResponse = {
    error: row.error,
    error_description: toErrorDescription(message),
    error_uri: `${troubleshootingUrl}#${code}`,
    code,
    request_id: http.requestId,
    advice,
  };
  return respond(http, row.status, response, {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(allow === undefined ? {} : { allow }),
  });
}

function respond(
  http: HttpRequest,
  status: number,
  response: unknown,
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
    body: JSON.stringify(response),
  };
}
