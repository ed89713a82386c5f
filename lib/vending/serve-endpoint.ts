import { type Caller, identifyCaller } from '../access/caller.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import { toErrorDescription } from '../http/error-description.ts';
import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import type { ErrorResponse } from '../http/wire.ts';
import type { FailedRequest } from '../metrics/report-error.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { StageTimes } from '../time/stage-times.ts';
import { type Ending, type Failed, failed } from './outcome.ts';
import type { RecordedRequest, Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';

/** The parts of an endpoint that serve any of its routes. */
export interface EndpointParts {
  readonly clock: Clock;
  /** Milliseconds from any point, with fractions, never going back. */
  readonly stopwatch: () => number;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly reportError: (error: VendError, request: FailedRequest) => void;
  /** Page with one entry per error code; `error_uri` points there. */
  readonly troubleshootingUrl: string;
}

/** Serves one request; its response becomes the JSON body. */
export type Serve<Parts> = (parts: Parts, context: RequestContext) => Promise<Ending>;

/** The routes of an endpoint, and the limit in milliseconds for one request. */
export interface Endpoint<Parts> {
  /** @throws VendError `route_unknown`, `method_unknown` (with `Allow`) */
  readonly findRoute: (http: HttpRequest) => Serve<Parts>;
  readonly timeout: number;
}

/**
 * Serves one request of any route of an endpoint. Never throws: every error is a response, recorded
 * and reported.
 *
 * @param signal aborts if the caller leaves; then no further request is made for it
 */
export async function serveEndpoint<Parts extends EndpointParts>(
  { findRoute, timeout }: Endpoint<Parts>,
  parts: Parts,
  http: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  using deadline = new Deadline(parts.clock, timeout, upstreamTimeout, signal);
  const times = new StageTimes(parts.stopwatch);
  const context = { http, times, signal: deadline.signal, deadline };
  let caller: Caller | undefined;
  let ending: Ending;
  try {
    caller = requireCaller(http);
    ending = await findRoute(http)(parts, { ...context, caller });
  } catch (error) {
    ending = failed(error);
  }
  if (ending.kind === 'served')
    return respond(http, ending.status ?? 200, ending.response, {
      ...ending.headers,
      'server-timing': times.toServerTiming(),
    });
  await recordFailed(parts, { ...context, caller }, ending);
  return refuse(parts, http, ending.error);
}

function requireCaller(http: HttpRequest): Caller {
  if (http.identity === undefined)
    throw new VendError('caller_unidentified', { detail: http.unidentified });
  return identifyCaller(http.identity);
}

async function recordFailed(
  { recorder, reportError }: Pick<EndpointParts, 'recorder' | 'reportError'>,
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
  { troubleshootingUrl }: Pick<EndpointParts, 'troubleshootingUrl'>,
  http: HttpRequest,
  error: VendError,
): HttpResponse {
  const { code, row, message, advice, retryAfter, allow, members } = error;
  const response: ErrorResponse = {
    error: row.error,
    error_description: toErrorDescription(message),
    error_uri: `${troubleshootingUrl}#${code}`,
    code,
    request_id: http.requestId,
    advice,
    ...members,
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
