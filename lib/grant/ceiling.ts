import type { CredentialDocument } from '../credential/document.ts';
import { VendError } from '../errors/vend-error.ts';
import type { GrantRequest } from './authorization-server.ts';

/** A request that leaves everything to the document. */
export const NOTHING_REQUESTED: GrantRequest = { scope: [], audience: [], resource: [] };

/**
 * The request to the authorization server: the values of the caller if they are within the ceiling
 * of the document, else, if it names none, the defaults of the document.
 *
 * @throws VendError `scope_refused`, `target_refused`
 */
export function withinCeiling(request: GrantRequest, document: CredentialDocument): GrantRequest {
  if (!isWithin(request.scope, document.scope ?? [])) throw new VendError('scope_refused');
  if (!isWithin(request.audience, document.audience)) {
    throw new VendError('target_refused', {
      says: 'The credential does not allow the requested audience.',
    });
  }
  if (!isWithin(request.resource, document.resource)) {
    throw new VendError('target_refused', {
      says: 'The credential does not allow the requested resource.',
    });
  }
  return {
    scope: orDefault(request.scope, document.defaultScope),
    audience: orDefault(request.audience, document.audience.slice(0, 1)),
    resource: orDefault(request.resource, document.resource.slice(0, 1)),
  };
}

function isWithin(requested: readonly string[], allowed: readonly string[]): boolean {
  return requested.every((value) => allowed.includes(value));
}

function orDefault(requested: readonly string[], fallback: readonly string[]): readonly string[] {
  return requested.length > 0 ? requested : fallback;
}
