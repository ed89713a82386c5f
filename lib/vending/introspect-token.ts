import { hash } from 'node:crypto';
import type { CredentialDocument } from '../credential/document.ts';
import type { SecretVersions } from '../credential/secret-versions.ts';
import type { Credential } from '../credential/source.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Exchange } from '../grant/exchange.ts';
import type { Grants } from '../grant/grants.ts';
import { findScopes } from '../grant/read-member.ts';
import type { TokenClaims } from '../grant/token-claims.ts';
import type { IntrospectionResponse } from '../http/wire.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { timesOf } from '../time/stage-times.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import type { Authorizer } from './authorizer.ts';
import { type Ending, endingWith } from './outcome.ts';
import { isInForce, isOwnToken } from './own-token.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';
import { parseTokenForm, requestAbout } from './token-form.ts';
import { presenterFor, type UsableCredentials } from './usable-credentials.ts';

export interface IntrospectTokenParts {
  readonly clock: Clock;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly usable: Pick<UsableCredentials, 'find' | 'admit'>;
  readonly versions: Pick<SecretVersions, 'choose' | 'present'>;
  readonly grants: Pick<Grants, 'verifiedClaims' | 'introspect' | 'discover'>;
  readonly tokens: Pick<TokenCache, 'isDropped' | 'findCopies' | 'livesFor'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

/**
 * `POST /oauth2/introspect` (RFC 7662). A JWT access token is validated by the issuer's JWKS,
 * `iss`, `aud`, `exp`, `nbf` and its client, without any secret. An opaque token is introspected by
 * its server. A token that was revoked or rejected here is inactive. The response to anything but a
 * valid token of this credential is `{"active":false}`.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending:
 *   `introspection_unsupported` if the server cannot introspect an opaque token
 */
export async function introspectToken(
  parts: IntrospectTokenParts,
  context: RequestContext,
): Promise<Ending> {
  const { clock, authorizer, usable, tokens, recorder } = parts;
  const { credential: id, token } = parseTokenForm(context.http);
  const access = await authorizer.authorize(context, 'introspectToken', requestAbout(id));
  return await endingWith(access, async (): Promise<IntrospectionResponse> => {
    const credential = await usable.find(context, id);
    const tokenSha256 = hash('sha256', token, 'hex');
    const isVended = isStillVended(tokens, access.credential, tokenSha256);
    const claims = tokens.isDropped(access.credential, tokenSha256)
      ? undefined
      : await findClaims(parts, context, credential, token, isVended);
    const active = claims !== undefined && (isVended || isInForce(claims, clock.now()));
    await recorder.record(context, { kind: 'introspected', access, tokenSha256, active });
    return active ? describe(claims) : { active: false };
  });
}

/** The claims of a token of this credential, whether or not their time is over. */
async function findClaims(
  parts: IntrospectTokenParts,
  context: RequestContext,
  credential: Credential,
  token: string,
  isVended: boolean,
): Promise<TokenClaims | undefined> {
  const { document } = credential;
  using deadline = new Deadline(parts.clock, GRANT_TIMEOUT, upstreamTimeout, context.signal);
  const exchange = { deadline, times: timesOf(context.times, 'introspection') };
  const verified = await parts.grants.verifiedClaims(document, token, exchange);
  const claims =
    verified === 'opaque'
      ? await introspectUpstream(parts, context, credential, token, exchange)
      : isVended || isStated(verified, document)
        ? verified
        : undefined;
  // A token that was vended here is of the credential, however its server names the client.
  if (claims === undefined || isVended) return claims;
  const metadata = await parts.grants.discover(document, exchange);
  return isOwnToken(claims, { document, metadata }) ? claims : undefined;
}

// Only the keys vouch for a JWT that is not vended here, so it must state whose it is and when it ends.
function isStated(
  claims: TokenClaims | undefined,
  { audience, resource }: CredentialDocument,
): boolean {
  const needsAudience = audience.length + resource.length > 0;
  return (
    claims?.iss !== undefined &&
    claims.exp !== undefined &&
    (claims.aud !== undefined || !needsAudience)
  );
}

async function introspectUpstream(
  { usable, versions, grants }: IntrospectTokenParts,
  context: RequestContext,
  credential: Credential,
  token: string,
  exchange: Exchange,
): Promise<TokenClaims | undefined> {
  const presenter = presenterFor(usable, context, exchange.deadline.signal);
  const chosen = await versions.choose(credential, 'introspection', presenter);
  const result = await versions.present(chosen, 'introspection', presenter, ({ document }) =>
    grants.introspect(document, token, exchange),
  );
  if (result === 'unsupported') throw new VendError('introspection_unsupported');
  return result.active ? result.claims : undefined;
}

/** A token that this process would still vend is active, whatever the clock of the server says. */
function isStillVended(
  tokens: Pick<TokenCache, 'findCopies' | 'livesFor'>,
  credential: string,
  tokenSha256: string,
): boolean {
  const copies = tokens.findCopies(tokenSha256);
  return copies.some((copy) => copy.credential === credential && tokens.livesFor(copy, 0));
}

function describe(claims: TokenClaims): IntrospectionResponse {
  const { iss, sub, aud, exp, nbf, iat, jti, client_id, cnf } = claims;
  const scope = findScopes(claims.scope)?.join(' ') ?? '';
  return {
    active: true,
    scope,
    token_type: 'Bearer',
    iss,
    sub,
    aud,
    exp,
    nbf,
    iat,
    jti,
    client_id,
    ...(cnf?.certificate === undefined ? {} : { cnf: { 'x5t#S256': cnf.certificate } }),
  };
}
