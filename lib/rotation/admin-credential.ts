import type { CredentialDocument } from '../credential/document.ts';
import { type CredentialId, formatCredentialId, parseCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { RotatedClient } from './recipe-variables.ts';

/**
 * The credential whose token is sent to the admin API.
 *
 * @returns `undefined` if the recipe needs none
 * @throws VendError `credential_invalid` if it needs one and the document names none, or itself
 */
export function adminCredentialOf({
  recipe,
  current,
  id,
}: Pick<RotatedClient, 'recipe' | 'current' | 'id'>): CredentialId | undefined {
  const admin = current.document.rotation?.admin_credential;
  if (!recipe.authorization.startsWith('admin_credential')) return undefined;
  if (admin === undefined && recipe.authorization === 'admin_credential_if_any') return undefined;
  if (admin === undefined || admin === formatCredentialId(id))
    throw new VendError('credential_invalid', {
      says: `rotation.admin_credential of the credential document must name another credential: recipe ${recipe.name} needs a token for the admin API.`,
    });
  return parseCredentialId(admin, 'admin_credential');
}

/** The hosts to which tokens of a credential may be sent. */
export function hostsOf({
  issuer,
  audience,
  resource,
  scope = [],
  defaultScope,
}: CredentialDocument): string[] {
  return [issuer, ...audience, ...resource, ...scope, ...defaultScope]
    .map((text) => URL.parse(text)?.host ?? '')
    .filter((host) => host !== '');
}

/**
 * @param server URL of the admin API
 * @throws VendError `credential_invalid` if the token of the credential may not be sent there
 */
export function requireHost(server: string, credential: string, hosts: readonly string[]): void {
  const host = URL.parse(server)?.host ?? '';
  if (!hosts.includes(host))
    throw new VendError('credential_invalid', {
      says: `The token of ${credential} may not be sent to ${host}: rotation.admin_credential must be a credential whose issuer, audience, resource or scope is a URL of that host.`,
    });
}
