import type { CredentialDocument } from '../credential/document.ts';
import type { ServerMetadata } from './server-metadata.ts';

/**
 * `aud` of client assertions: the issuer (RFC 7523bis), unless the document names the token endpoint
 * or a value of its own.
 */
export function assertionAudience(
  { clientAssertionAudience: audience }: Pick<CredentialDocument, 'clientAssertionAudience'>,
  { issuer, tokenEndpoint }: Pick<ServerMetadata, 'issuer' | 'tokenEndpoint'>,
): string {
  if (audience === 'issuer') return issuer;
  return audience === 'token_endpoint' ? tokenEndpoint : audience;
}
