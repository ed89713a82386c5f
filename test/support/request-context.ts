import { identifyCaller } from '../../lib/access/caller.ts';
import { StageTimes } from '../../lib/time/stage-times.ts';
import { REQUEST_TIMEOUT } from '../../lib/time/time-budget.ts';
import type { RequestContext } from '../../lib/vending/request-context.ts';
import { request, tokenRequest } from './fake-ports.ts';

/** The request context of a stage: caller, stopwatch, signal. */
export function contextOf(
  http = tokenRequest(),
  signal = new AbortController().signal,
): RequestContext {
  const { identity } = http.identity === undefined ? request() : http;
  if (identity === undefined) throw new Error('the request has no identity');
  const deadline = { remaining: REQUEST_TIMEOUT };
  const times = new StageTimes(() => 0);
  return { http, signal, deadline, caller: identifyCaller(identity), times };
}
