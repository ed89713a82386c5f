import { type CredentialId, parseCredentialId } from '../credential/id.ts';
import { SCOPE_RULE, splitScope } from '../credential/scope.ts';
import { VendError } from '../errors/vend-error.ts';
import { malformed, parseForm } from '../http/form.ts';
import type { HttpRequest } from '../http/messages.ts';
import { isScopeToken } from '../http/token-syntax.ts';
import { LONGEST_MIN_TTL } from '../time/time-budget.ts';

/** A token request. */
export interface TokenRequest {
  readonly credential: CredentialId;
  /** Sorted, without repeats; empty if the caller named none. */
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly resource: readonly string[];
  /** Seconds that the token must still live at the response; 0: any token that has not expired. */
  readonly minTtl: number;
  /** SHA-256 (hex) of a token that an API rejected: it must not be returned. */
  readonly rejectedTokenSha256?: string | undefined;
}

const MAX_MIN_TTL = LONGEST_MIN_TTL / 1_000;
const MAX_TARGETS = 10;

/**
 * Reads a client-credentials request (RFC 6749 section 4.4.2, `resource` of RFC 8707, `audience` of
 * Ory and Auth0), without a client secret: the signature is the client authentication.
 *
 * @throws VendError `request_malformed` naming the parameter and the rule, `grant_unsupported`
 */
export function parseTokenRequest(request: HttpRequest): TokenRequest {
  const form = parseForm(request, {
    grant_type: 'once',
    client_id: 'once',
    scope: 'once',
    audience: 'repeatable',
    resource: 'repeatable',
    min_ttl: 'once',
    rejected_token_sha256: 'once',
  });
  if (form.grant_type[0] === undefined) throw malformed('grant_type is missing');
  if (form.grant_type[0] !== 'client_credentials') throw new VendError('grant_unsupported');
  return {
    credential: requireCredential(form.client_id[0]),
    scope: parseScope(form.scope[0] ?? ''),
    audience: parseTargets('audience', form.audience, isAudience),
    resource: parseTargets('resource', form.resource, isResourceIndicator),
    minTtl: parseMinTtl(form.min_ttl[0]),
    rejectedTokenSha256: parseSha256(form.rejected_token_sha256[0]),
  };
}

/**
 * @throws VendError `request_malformed`
 */
export function requireCredential(
  credential: string | undefined,
  parameter = 'client_id',
): CredentialId {
  if (credential === undefined) throw malformed(`${parameter} is missing: it names the credential`);
  return parseCredentialId(credential, parameter);
}

function parseScope(scope: string): string[] {
  const scopes = splitScope(scope);
  if (!scopes.every(isScopeToken)) throw malformed(`scope ${SCOPE_RULE}`);
  return scopes;
}

function parseTargets(
  name: string,
  values: readonly string[],
  isRight: (value: string) => boolean,
): string[] {
  const targets = [...new Set(values)].sort();
  if (targets.length > MAX_TARGETS)
    throw malformed(`${name} must not occur more than ${MAX_TARGETS} times`);
  if (!targets.every(isRight))
    throw malformed(`${name} ${TARGET_RULES[name as keyof typeof TARGET_RULES]}`);
  return targets;
}

const TARGET_RULES = {
  audience: 'must be 1 to 512 printable characters without spaces',
  resource: 'must be an absolute URI without fragment (RFC 8707 section 2)',
};

/** Whether a value is allowed as `audience`. */
export function isAudience(value: string): boolean {
  return /^[!-~]{1,512}$/.test(value);
}

function isResourceIndicator(value: string): boolean {
  return isAudience(value) && URL.canParse(value) && !value.includes('#');
}

function parseMinTtl(text = '0'): number {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= MAX_MIN_TTL))
    throw malformed(`min_ttl must be a whole number of seconds from 0 to ${MAX_MIN_TTL}`);
  return seconds;
}

function parseSha256(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw malformed(
      'rejected_token_sha256 must be 64 hexadecimal digits: the SHA-256 of the rejected token',
    );
  return text.toLowerCase();
}
