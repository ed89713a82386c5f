import type { CredentialDocument } from '../credential/document.ts';
import { isIssuerOf } from '../grant/check-claims.ts';
import { listOf } from '../grant/jwt.ts';
import type { ServerMetadata } from '../grant/server-metadata.ts';
import type { TokenClaims } from '../grant/token-claims.ts';
import { CLOCK_LEEWAY } from '../time/time-budget.ts';

/** Whether a token that names this client is of the document; a token may name none. */
export function isClientOf(client: string | undefined, document: CredentialDocument): boolean {
  return client === undefined || client === document.clientId;
}

const COMPARED = ['iss', 'aud', 'client_id', 'azp', 'cid', 'appid'];

/**
 * Whether the stated claims are those of a token of this credential: issuer, client, and an
 * audience that the document allows. A claim that cannot be read is stated: it may name another.
 */
export function isOwnToken(
  { iss, aud, client_id, unreadable = [] }: TokenClaims,
  server: { readonly document: CredentialDocument; readonly metadata: ServerMetadata },
): boolean {
  const { document } = server;
  const allowed = [...document.audience, ...document.resource];
  return (
    !unreadable.some((name) => COMPARED.includes(name)) &&
    (iss === undefined || isIssuerOf(iss, server)) &&
    isClientOf(client_id, document) &&
    (aud === undefined ||
      allowed.length === 0 ||
      listOf(aud).some((value) => allowed.includes(value)))
  );
}

/** Whether the time is within the stated claims. `now` is in milliseconds since the Unix epoch. */
export function isInForce({ exp, nbf }: TokenClaims, now: number): boolean {
  return (exp === undefined || exp * 1000 > now) && (nbf ?? 0) * 1000 <= now + CLOCK_LEEWAY;
}
