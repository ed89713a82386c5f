import type { VendedToken } from '../../lib/http/wire.ts';
import { computed } from '../framework/schema/attribute.ts';
import { list, string } from '../framework/schema/type.ts';

/** The attributes of an issued token. */
export const issuedTokenAttributes = {
  access_token: computed(string, { description: 'The token.', sensitive: true }),
  token_type: computed(string, { description: 'Always `Bearer`.' }),
  expires_at: computed(string, { description: 'Expiry time (RFC 3339).' }),
  granted_scope: computed(list(string), { description: 'Scopes of the token, sorted.' }),
  mint_id: computed(string, {
    description: 'Id of the token request that produced the token.',
  }),
  vend_id: computed(string, { description: 'Id of this vend in the audit log.' }),
} as const;

/** Values of {@link issuedTokenAttributes}. */
export function describeToken(token: VendedToken) {
  return {
    access_token: token.access_token,
    token_type: token.token_type,
    expires_at: toRfc3339(token.expires_at),
    granted_scope: token.scope.split(' ').filter(Boolean),
    mint_id: token.mint_id,
    vend_id: token.vend_id,
  };
}

/** @param seconds since the Unix epoch */
export function toRfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
