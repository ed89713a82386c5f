import type { CredentialDocument } from './document.ts';

/** Where a secret is sent, in a document. */
const ENDPOINTS = [
  'issuer',
  'tokenEndpoint',
  'revocationEndpoint',
  'introspectionEndpoint',
] as const;

/**
 * Whether the secret of one document may go where another one sends it. Who may store a document and
 * not read one could otherwise name an endpoint of his own in it, refuse the new secret there, and be
 * sent the previous one.
 */
export function isSentTheSameWay(before: CredentialDocument, now: CredentialDocument): boolean {
  return ENDPOINTS.every((endpoint) => before[endpoint] === now[endpoint]);
}
