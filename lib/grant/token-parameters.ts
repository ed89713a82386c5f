import type { CredentialDocument } from '../credential/document.ts';
import type { GrantRequest } from './authorization-server.ts';

/** The parameters of a token request, without those of the client authentication and of the grant type. */
export function tokenParameters(
  { tokenParameters: further }: Pick<CredentialDocument, 'tokenParameters'>,
  { scope, audience, resource }: GrantRequest,
): URLSearchParams {
  const parameters = new URLSearchParams();
  if (scope.length > 0) parameters.set('scope', scope.join(' '));
  for (const value of audience) parameters.append('audience', value);
  for (const value of resource) parameters.append('resource', value);
  for (const [name, values] of Object.entries(further))
    for (const value of [values].flat()) parameters.append(name, value);
  return parameters;
}
