import type { CredentialDocument } from '../credential/document.ts';
import { VendError } from '../errors/vend-error.ts';
import type { GrantRequest } from '../grant/authorization-server.ts';
import type { TokenRequest } from './token-request.ts';

/**
 * What is asked of the authorization server: the request where it is within the document's ceiling, the document's
 * defaults where it names nothing.
 *
 * @throws VendError `scope_refused`, `target_refused`
 */
export function withinCeiling(request: TokenRequest, document: CredentialDocument): GrantRequest {
  if (!isWithin(request.scope, document.scope ?? [])) throw new VendError('scope_refused');
  if (!isWithin(request.audience, document.audience)) {
    throw new VendError('target_refused', {
      says: 'The requested audience is not within what this credential may be asked for.',
    });
  }
  if (!isWithin(request.resource, document.resource)) {
    throw new VendError('target_refused', {
      says: 'The requested resource is not within what this credential may be asked for.',
    });
  }
  return {
    scope: orDefault(request.scope, document.defaultScope),
    audience: orDefault(request.audience, document.audience.slice(0, 1)),
    resource: orDefault(request.resource, document.resource.slice(0, 1)),
  };
}

function isWithin(asked: readonly string[], allowed: readonly string[]): boolean {
  return asked.every((value) => allowed.includes(value));
}

function orDefault(asked: readonly string[], fallback: readonly string[]): readonly string[] {
  return asked.length > 0 ? asked : fallback;
}
