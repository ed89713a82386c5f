import { isSameIssuer } from '../credential/profile.ts';
import type { Expectations } from './expectations.ts';
import { listOf } from './jwt.ts';
import { isSlashApart } from './server-metadata.ts';
import type { TokenClaims } from './token-claims.ts';
import { OPAQUE_ADVICE, unacceptable } from './unacceptable.ts';

/**
 * Checks `iss` and `aud` of a JWT whose signature is valid.
 *
 * @throws VendError `token_unacceptable` naming the claim, its value and what was expected
 */
export function checkClaims(claims: TokenClaims, expected: Expectations): void {
  checkIssuer(claims, expected);
  checkAudience(claims, expected);
}

/** @throws VendError `token_unacceptable` if the server sent the claim in a form that cannot be read */
export function requireReadable(claims: TokenClaims, name: string, rule: string): void {
  if (claims.unreadable?.includes(name))
    throw unacceptable(`the claim ${name} must be ${rule}`, OPAQUE_ADVICE);
}

/** Whether a token with this `iss` is of the server of the document. */
export function isIssuerOf(
  iss: string,
  { document, metadata }: Pick<Expectations, 'document' | 'metadata'>,
): boolean {
  if (document.accessTokenIssuer !== undefined) return iss === document.accessTokenIssuer;
  return [document.issuer, metadata.accessTokenIssuer].some(
    (issuer) => issuer !== undefined && isSameIssuer(document.profile, iss, issuer),
  );
}

function checkIssuer(claims: TokenClaims, expected: Expectations): void {
  requireReadable(claims, 'iss', 'text');
  const { iss } = claims;
  const { document, metadata } = expected;
  const issuer = document.accessTokenIssuer ?? metadata.accessTokenIssuer ?? document.issuer;
  if (iss === undefined)
    throw unacceptable(`the claim iss must be ${issuer}, and the token has none`, OPAQUE_ADVICE);
  if (isIssuerOf(iss, expected)) return;
  const slash = isSlashApart(iss, issuer) ? ' (only the slash at the end differs)' : '';
  throw unacceptable(
    `the claim iss must be ${issuer}, and it is ${iss}${slash}`,
    `If this server issues such tokens, set "access_token_issuer": ${JSON.stringify(iss)} in the credential document.`,
  );
}

function checkAudience(claims: TokenClaims, { grant }: Expectations): void {
  const requested = [...grant.audience, ...grant.resource];
  if (requested.length === 0) return;
  requireReadable(claims, 'aud', 'text or a list of texts');
  const audience = listOf(claims.aud);
  const missing = requested.filter((value) => !audience.includes(value));
  if (missing.length === 0) return;
  throw unacceptable(
    `the claim aud must contain ${missing.join(' ')}, and it is ${describe(audience)}`,
    'Have the server add the audience to the tokens of this client, or correct "audience" and "resource" of the credential document.',
  );
}

const SHOWN = 5;

function describe(values: readonly string[]): string {
  if (values.length === 0) return 'absent';
  const more = values.length > SHOWN ? ` and ${values.length - SHOWN} more` : '';
  return `${values.slice(0, SHOWN).join(' ')}${more}`;
}
