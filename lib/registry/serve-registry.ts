import type { HttpRequest, HttpResponse } from '../http/messages.ts';
import { REQUEST_TIMEOUT } from '../time/time-budget.ts';
import { serveEndpoint } from '../vending/serve-endpoint.ts';
import type { Registry } from './registry.ts';
import { findRegistryRoute } from './routes.ts';

const endpoint = { findRoute: findRegistryRoute, timeout: REQUEST_TIMEOUT };

/**
 * Serves one request of any route of the registry endpoint. Never throws: every error is a response,
 * recorded and reported.
 *
 * @param signal aborts if the caller leaves. A change that was announced is still written
 */
export async function serveRegistry(
  registry: Registry,
  http: HttpRequest,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  return await serveEndpoint(endpoint, registry, http, signal);
}
