import type { TokenVendingError } from '../../client/token-vending-error.ts';
import { listOf, looksLikeJwt } from '../../lib/grant/jwt.ts';
import type { CredentialDescription, VendedToken } from '../../lib/http/wire.ts';
import { OPERATOR_READS_LOG } from './credential.ts';
import type { Evidence } from './evidence.ts';
import {
  asTokenVendingError,
  type Finding,
  failed,
  failedWith,
  notRun,
  passed,
} from './finding.ts';

type Code = TokenVendingError['code'];

const ISSUER_ERRORS: readonly Code[] = [
  'upstream_invalid',
  'upstream_unavailable',
  'upstream_timeout',
  'upstream_rate_limited',
];
/** Errors that come after the server has accepted the client. */
const ISSUED: readonly Code[] = ['token_unacceptable'];

/** Checks that the authorization server responds, and that its issuer is that of the document. */
export async function checkIssuer(evidence: Evidence): Promise<Finding> {
  const { token, error } = await evidence.vend();
  if (token !== undefined) return passed(describeSource(token));
  if (isOneOf(error, [...ISSUED, 'credential_refused'])) return passed('responds');
  if (!isOneOf(error, ISSUER_ERRORS)) return notRun('the token was refused before the request');
  const issuer = (await describe(evidence))?.issuer ?? 'the authorization server';
  const invalid = error.code === 'upstream_invalid';
  return failedWith(error, invalid ? wrongIssuer(issuer) : unreachable(issuer));
}

function describeSource({ source }: VendedToken): string {
  return source === 'minted' ? 'responds' : 'not contacted now: the token is from the cache';
}

function wrongIssuer(issuer: string): string {
  return `Ask the operator to compare issuer in the credential document (${issuer}) with issuer at its /.well-known/openid-configuration: they must be equal. If the token endpoint is on another host, the document must name it as token_endpoint.`;
}

function unreachable(issuer: string): string {
  return `Try again in a minute. If it fails again, check the status of ${issuer}, and ask the operator whether the function can reach it.`;
}

/**
 * Checks that the authorization server accepts client id, secret or key, and authentication method.
 */
export async function checkClient({ vend }: Evidence): Promise<Finding> {
  const { token, error } = await vend();
  if (token !== undefined) {
    return passed(token.source === 'minted' ? 'accepted' : 'accepted when the token was minted');
  }
  if (isOneOf(error, ISSUED)) return passed('accepted');
  return isOneOf(error, ['credential_refused'])
    ? failedWith(error)
    : notRun('the token was refused before the request to the server');
}

/** Checks that a token is issued. It is not shown. */
export async function checkToken(evidence: Evidence): Promise<Finding> {
  const { token, error } = await evidence.vend();
  if (token !== undefined) {
    const { scope, source, vend_id } = token;
    return passed(`issued, ${source}, scope ${scope || 'none'}, vend ${vend_id}`);
  }
  return failedWith(error, await remedyFor(error, evidence));
}

async function remedyFor({ code, advice }: TokenVendingError, evidence: Evidence): Promise<string> {
  const { scopes = [], audiences = [], resources = [] } = (await describe(evidence)) ?? {};
  switch (code) {
    case 'scope_refused':
      return scopes.length > 0 ? `Request a listed scope: ${scopes.join(' ')}.` : advice;
    case 'target_refused': {
      const targets = [...audiences, ...resources];
      return targets.length > 0 ? `Request one of ${targets.join(' ')}.` : advice;
    }
    case 'policy_denied':
      return 'The credential does not exist, or it is disabled, or policy refuses its default scope or audience. Set --scope and --audience, or ask the operator.';
    case 'token_unacceptable':
      return 'Ask the operator to compare the named member with the credential document (issuer, audience, scope, jwks_uri) and with the registration of the client at the authorization server.';
    case 'secrets_unavailable':
    case 'audit_unavailable':
      return OPERATOR_READS_LOG;
    default:
      return advice;
  }
}

/** Checks that a JWT contains the audience that APIs verify. */
export async function checkAudience({ subject, vend }: Evidence): Promise<Finding> {
  const { token } = await vend();
  const named = token === undefined ? undefined : readAudience(token.access_token);
  if (named === undefined) return notRun('the token is opaque: only its API can check it');
  const { audience, resource } = subject.tokenFlags;
  const missing = [...audience, ...resource].filter((value) => !named.includes(value));
  if (named.length > 0 && missing.length === 0) return passed(named.join(' '));
  return failed(
    named.length === 0
      ? 'The token has no audience (aud).'
      : `The token is not for ${missing.join(' ')}, but for ${named.join(' ')}.`,
    'An API that follows RFC 9068 refuses it. Set --audience, or ask the operator to set audience in the credential document.',
  );
}

/**
 * `aud` of a JWT; the endpoint has verified its signature. `undefined` if the token is not a JWT.
 */
function readAudience(token: string): readonly string[] | undefined {
  if (!looksLikeJwt(token)) return undefined;
  const [, payload = ''] = token.split('.');
  const claims: { aud?: string | readonly string[] } = JSON.parse(
    Buffer.from(payload, 'base64url').toString(),
  );
  return listOf(claims.aud);
}

/** Checks that the token lives as long as requested. */
export async function checkLifetime({ subject, vend }: Evidence): Promise<Finding> {
  const { token, tooShort } = await vend();
  if (tooShort !== undefined) return failedWith(tooShort);
  const left = `${inWords(token?.expires_in ?? 0)} left`;
  const { minTtl } = subject.tokenFlags;
  return passed(minTtl === undefined ? left : `${left}, at least ${inWords(minTtl)} requested`);
}

// Rounded up, because a token of one hour lives a second less when it arrives.
function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

async function describe({ description }: Evidence): Promise<CredentialDescription | undefined> {
  try {
    return await description();
  } catch (error) {
    // The description only improves a remedy. The check of the credential reports this error.
    asTokenVendingError(error);
    return undefined;
  }
}

function isOneOf({ code }: TokenVendingError, codes: readonly Code[]): boolean {
  return codes.includes(code);
}
