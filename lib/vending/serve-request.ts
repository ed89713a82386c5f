import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import { REQUEST_TIMEOUT } from '../time/time-budget.ts';
import { findRoute } from './routes.ts';
import { serveEndpoint } from './serve-endpoint.ts';
import type { Vending } from './vending.ts';

const endpoint = { findRoute, timeout: REQUEST_TIMEOUT };

/**
 * Serves one request of any route of the vending endpoint. Never throws: every error is a response,
 * recorded and reported.
 *
 * @param signal aborts if the caller leaves; then no further request is made for it
 */
export async function serveRequest(
  vending: Vending,
  http: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  return await serveEndpoint(endpoint, vending, http, signal);
}
