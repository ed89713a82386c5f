import { hash } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import { formatCredentialId } from '../credential/id.ts';
import type { Credential } from '../credential/source.ts';
import type { GrantRequest } from '../grant/authorization-server.ts';

/**
 * The cache key: SHA-256 over everything that makes two tokens different, so that a raised epoch or
 * an edited document invalidates cached tokens. The version of the secret is not part of it,
 * because a token stays valid at the server when the secret changes.
 */
export function tokenCacheKey(credential: Credential, grant: GrantRequest, caller: Caller): string {
  const { document } = credential;
  const sharer = {
    shared: null,
    per_principal: caller.principalArn,
    per_session: `${caller.userId} ${caller.arn}`,
  }[document.tokenSharing];
  const parts = [
    formatCredentialId(credential.id),
    document.epoch,
    document.issuer,
    document.clientId,
    document.grantType,
    Object.entries(document.tokenParameters).sort(([a], [b]) => (a < b ? -1 : 1)),
    [...grant.scope].sort(),
    [...grant.audience].sort(),
    [...grant.resource].sort(),
    sharer,
  ];
  return hash('sha256', JSON.stringify(parts), 'hex');
}
