import { VendError } from '../errors/vend-error.ts';
import type { HttpRequest } from '../http/messages.ts';
import { describeCaller } from './describe-caller.ts';
import { describeEndpoint } from './describe-endpoint.ts';
import { evaluateAccess } from './evaluate-access.ts';
import { introspectToken } from './introspect-token.ts';
import { listCredentials } from './list-credentials.ts';
import type { Ending } from './outcome.ts';
import { revokeToken } from './revoke-token.ts';
import type { Serve } from './serve-endpoint.ts';
import { vendToken } from './vend-token.ts';
import type { Vending } from './vending.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly serve: Serve<Vending>;
}

/** Every route. docs/openapi.yaml describes the same routes. */
export const routes: Readonly<Record<string, Route>> = {
  '/oauth2/token': { method: 'POST', serve: vendToken },
  '/oauth2/introspect': { method: 'POST', serve: introspectToken },
  '/oauth2/revoke': { method: 'POST', serve: revokeToken },
  '/access/v1/evaluation': { method: 'POST', serve: evaluateAccess },
  '/credentials': { method: 'GET', serve: listCredentials },
  '/caller-identity': {
    method: 'GET',
    serve: async (_vending, { caller, http }) => served(describeCaller(caller, http.sourceIp)),
  },
  '/.well-known/oauth-authorization-server': {
    method: 'GET',
    serve: async ({ troubleshootingUrl, registryUrl }, { http }) =>
      served(describeEndpoint(http.host, troubleshootingUrl, registryUrl)),
  },
};

/**
 * @throws VendError `route_unknown`, `method_unknown` (with `Allow`)
 */
export function findRoute(http: HttpRequest): Serve<Vending> {
  const route = Object.hasOwn(routes, http.path) ? routes[http.path] : undefined;
  if (route === undefined) throw new VendError('route_unknown');
  if (route.method !== http.method) throw new VendError('method_unknown', { allow: route.method });
  return route.serve;
}

function served(response: unknown): Ending {
  return { kind: 'served', response };
}
