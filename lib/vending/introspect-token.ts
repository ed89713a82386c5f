import { hash } from 'node:crypto';
import type { CredentialDocument } from '../credential/document.ts';
import type { CredentialId } from '../credential/id.ts';
import { listOf, looksLikeJwt } from '../grant/check.ts';
import { sameIssuer } from '../grant/server-metadata.ts';
import type { TokenClaims } from '../grant/token-verifier.ts';
import { malformed, parseForm } from '../http/form.ts';
import type { HttpRequest } from '../http/messages.ts';
import type { IntrospectionResponse } from '../http/wire.ts';
import { Deadline } from '../time/deadline.ts';
import { upstreamTimeout } from '../time/retry.ts';
import { CLOCK_LEEWAY, GRANT_TIMEOUT } from '../time/time-budget.ts';
import { authorize } from './authorize.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import { requireCredential, type TokenRequest } from './token-request.ts';
import { findUsableCredential } from './usable-credential.ts';
import type { Vending } from './vending.ts';

/**
 * `POST /oauth2/introspect` (RFC 7662): validates a JWT access token by the issuer's JWKS, `iss`, `aud`, `exp` and `nbf`,
 * without any secret. Whatever is not a valid token of this credential is `{"active":false}`.
 *
 * @throws VendError `request_malformed`, `policy_denied`, `credential_*`, `upstream_*`, `audit_unavailable`
 */
export async function introspectToken(
  vending: Vending,
  context: RequestContext,
): Promise<IntrospectionResponse> {
  const { credential: id, token } = parseTokenOf(context.http);
  const asked = askedAbout(id);
  const access = await authorize(vending, context, 'introspectToken', asked);
  const { document } = await findUsableCredential(vending, context, asked);
  const claims = await verifiedClaims(vending, context, document, token);
  const active = claims !== undefined && isInForce(claims, document, vending.clock.now());
  await context.stages.time('audit', () =>
    vending.audit.append({
      kind: 'introspection',
      request: auditedRequest(context.http, context.caller),
      access,
      tokenSha256: hash('sha256', token, 'hex'),
      active,
    }),
  );
  return active ? describe(claims) : { active: false };
}

/**
 * Reads `token` and `client_id`, as introspection and revocation take them; `token_type_hint` may be given and is not
 * needed (RFC 7009 section 2.1).
 *
 * @throws VendError `request_malformed`
 */
export function parseTokenOf(http: HttpRequest): { credential: CredentialId; token: string } {
  const form = parseForm(http, { token: 'once', token_type_hint: 'once', client_id: 'once' });
  const credential = requireCredential(form.client_id[0]);
  if (form.token[0] === undefined) throw malformed('token is missing');
  return { credential, token: form.token[0] };
}

/** A request about a credential that asks for no token. */
export function askedAbout(credential: CredentialId): TokenRequest {
  return { credential, scope: [], audience: [], resource: [], minTtl: 0 };
}

async function verifiedClaims(
  vending: Vending,
  { stages }: RequestContext,
  document: CredentialDocument,
  token: string,
): Promise<TokenClaims | undefined> {
  if (!looksLikeJwt(token)) return undefined;
  using deadline = new Deadline(vending.clock, GRANT_TIMEOUT, upstreamTimeout);
  const { jwksUri } = await stages.time('metadata', () =>
    vending.metadata.get(document, deadline.signal),
  );
  if (jwksUri === undefined) return undefined;
  const verify = () => vending.verifier.verify(token, new URL(jwksUri), deadline.signal);
  const result = await stages.time('verify', verify);
  return result.valid ? result.claims : undefined;
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
  const scope = claims.scope ?? listOf(claims.scp).join(' ');
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
