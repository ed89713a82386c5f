import { hash } from 'node:crypto';
import type { CredentialDocument } from '../credential/document.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import type { Grants } from '../grant/grants.ts';
import { listOf } from '../grant/jwt.ts';
import { readScope } from '../grant/read-member.ts';
import { sameIssuer } from '../grant/server-metadata.ts';
import type { TokenClaims } from '../grant/token-claims.ts';
import type { IntrospectionResponse } from '../http/wire.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { CLOCK_LEEWAY, GRANT_TIMEOUT } from '../time/time-budget.ts';
import type { Authorizer } from './authorizer.ts';
import { type Ending, endingWith } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';
import { parseTokenForm, requestAbout } from './token-form.ts';
import type { UsableCredentials } from './usable-credentials.ts';

export interface IntrospectTokenParts {
  readonly clock: Clock;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly usable: Pick<UsableCredentials, 'find'>;
  readonly grants: Pick<Grants, 'verifiedClaims'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

/**
 * `POST /oauth2/introspect` (RFC 7662): validates a JWT access token by the issuer's JWKS, `iss`,
 * `aud`, `exp` and `nbf`, without any secret. The response to anything but a valid token of this
 * credential is `{"active":false}`.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending
 */
export async function introspectToken(
  { clock, authorizer, usable, grants, recorder }: IntrospectTokenParts,
  context: RequestContext,
): Promise<Ending> {
  const { credential, token } = parseTokenForm(context.http);
  const access = await authorizer.authorize(context, 'introspectToken', requestAbout(credential));
  return await endingWith(access, async (): Promise<IntrospectionResponse> => {
    const { document } = await usable.find(context, credential);
    using deadline = new Deadline(clock, GRANT_TIMEOUT, upstreamTimeout, context.signal);
    const exchange = { deadline, times: context.times };
    const verified = await grants.verifiedClaims(document, token, exchange);
    const claims = verified === 'opaque' ? undefined : verified;
    const active = claims !== undefined && isInForce(claims, document, clock.now());
    const tokenSha256 = hash('sha256', token, 'hex');
    await recorder.record(context, { kind: 'introspected', access, tokenSha256, active });
    return active ? describe(claims) : { active: false };
  });
}

function isInForce(claims: TokenClaims, document: CredentialDocument, now: number): boolean {
  const audience = listOf(claims.aud);
  const allowed = [...document.audience, ...document.resource];
  return (
    claims.iss !== undefined &&
    sameIssuer(claims.iss, document) &&
    (allowed.length === 0 || audience.some((value) => allowed.includes(value))) &&
    claims.exp !== undefined &&
    claims.exp * 1000 > now &&
    (claims.nbf ?? 0) * 1000 <= now + CLOCK_LEEWAY
  );
}

function describe(claims: TokenClaims): IntrospectionResponse {
  const { iss, sub, aud, exp, nbf, iat, jti, client_id } = claims;
  const scope = readScope(claims.scope, 'the claim scope')?.join(' ') ?? '';
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
  };
}
