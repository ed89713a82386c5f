import { listOf, looksLikeJwt } from '../../lib/grant/jwt.ts';
import type { CredentialDescription } from '../../lib/http/wire.ts';
import type { Evidence } from './evidence.ts';
import {
  asTokenVendingError,
  type Finding,
  failed,
  failedWith,
  notRun,
  passed,
} from './finding.ts';
import { remedyFor } from './remedies.ts';
import { isBeyond, type UpstreamStage, upstreamStageOf } from './upstream-stage.ts';

/** Checks that the metadata of the authorization server can be read and is that of the issuer. */
export async function checkIssuer(evidence: Evidence): Promise<Finding> {
  const cached = 'not contacted now: the token is from the cache';
  return await checkStage(evidence, 'metadata', { passed: 'responds', cached });
}

const WHEN_MINTED = 'accepted when the token was minted';

/**
 * Checks that the authorization server accepts client id, secret or key, and authentication method.
 */
export async function checkClient(evidence: Evidence): Promise<Finding> {
  return await checkStage(evidence, 'client', { passed: 'accepted', cached: WHEN_MINTED });
}

/** Checks that the authorization server accepts the request: scope, audience and parameters. */
export async function checkTokenRequest(evidence: Evidence): Promise<Finding> {
  return await checkStage(evidence, 'request', { passed: 'accepted', cached: WHEN_MINTED });
}

/** Checks that the keys of the authorization server can be read, and have the key of the token. */
export async function checkKeys(evidence: Evidence): Promise<Finding> {
  const cached = 'not read now: the token is from the cache';
  return await checkStage(evidence, 'keys', { passed: 'no error', cached });
}

interface StageTexts {
  /** If the step succeeded. */
  readonly passed: string;
  /** If the token is from the cache. */
  readonly cached: string;
}

async function checkStage(
  evidence: Evidence,
  stage: UpstreamStage,
  { passed: text, cached }: StageTexts,
): Promise<Finding> {
  const { token, error } = await evidence.vend();
  if (token !== undefined) return passed(token.source === 'minted' ? text : cached);
  const failing = upstreamStageOf(error);
  if (failing === stage) return failedWith(error, remedyFor(error, await describe(evidence)));
  return failing !== undefined && isBeyond(failing, stage)
    ? passed(text)
    : notRun('the token was refused before the request to the server');
}

/** Checks that a token is issued, and that it is what was requested. It is not shown. */
export async function checkToken(evidence: Evidence): Promise<Finding> {
  const { token, error } = await evidence.vend();
  if (token !== undefined) {
    const { scope, source, vend_id } = token;
    return passed(`issued, ${source}, scope ${scope || 'none'}, vend ${vend_id}`);
  }
  return failedWith(error, remedyFor(error, await describe(evidence)));
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
