import { VendError } from '../errors/vend-error.ts';
import type { HttpRequest } from '../http/messages.ts';
import type { Serve } from '../vending/serve-endpoint.ts';
import { patchCredential, putCredential } from './change-credential.ts';
import { deleteCredential, restoreCredential } from './delete-credential.ts';
import { describeCredential } from './describe-credential.ts';
import type { Registry } from './registry.ts';
import { rotateCredential } from './rotate-credential.ts';
import { testCredential } from './test-credential.ts';

type Methods = Readonly<Record<string, Serve<Registry>>>;

/** Every route. docs/openapi.yaml describes the same routes. */
export const registryRoutes: Readonly<Record<string, Methods>> = {
  '/credentials/{team}/{name}': {
    GET: describeCredential,
    PUT: putCredential,
    PATCH: patchCredential,
    DELETE: deleteCredential,
  },
  '/credentials/{team}/{name}/restore': { POST: restoreCredential },
  '/credentials/{team}/{name}/test': { POST: testCredential },
  '/credentials/{team}/{name}/rotate': { POST: rotateCredential },
};

const PATH = /^\/credentials\/[^/]+\/[^/]+(\/[^/]+)?$/;

/**
 * @throws VendError `route_unknown`, `method_unknown` (with `Allow`)
 */
export function findRegistryRoute({ method, path }: HttpRequest): Serve<Registry> {
  const match = PATH.exec(path);
  const route = `/credentials/{team}/{name}${match?.[1] ?? ''}`;
  const methods = Object.hasOwn(registryRoutes, route) ? registryRoutes[route] : undefined;
  if (match === null || methods === undefined) throw new VendError('route_unknown');
  const serve = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (serve === undefined)
    throw new VendError('method_unknown', { allow: Object.keys(methods).join(', ') });
  return serve;
}
