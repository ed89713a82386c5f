import type { AuditedAccess } from '../audit/event.ts';
import type { VendedToken } from '../http/wire.ts';
import { authorize, authorizeEffective } from './authorize.ts';
import { withinCeiling } from './ceiling.ts';
import { type AllowedRequest, auditedToken } from './mint-token.ts';
import { type Obtained, obtainToken, unsatisfiable } from './obtain-token.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import { parseTokenRequest } from './token-request.ts';
import { findUsableCredential } from './usable-credential.ts';
import type { Vending } from './vending.ts';

/**
 * `POST /oauth2/token`: the whole flow of a vend. Policy comes before any secret; nothing is minted that was not
 * announced, nothing leaves that was not recorded.
 *
 * @throws VendError any code of the table
 */
export async function vendToken(vending: Vending, context: RequestContext): Promise<VendedToken> {
  const asked = parseTokenRequest(context.http);
  const requested = await authorize(vending, context, 'vendToken', asked);
  const credential = await findUsableCredential(vending, context, asked);
  const grant = withinCeiling(asked, credential.document);
  const access = await authorizeEffective(vending, context, requested, { ...asked, ...grant });
  return await obtainAndHandOver(vending, context, { access, asked, credential, grant });
}

async function obtainAndHandOver(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
): Promise<VendedToken> {
  const obtained = await obtainToken(vending, context, allowed);
  const { access, asked, grant } = obtained.allowed;
  const { scope } = obtained.token;
  // Where no scope was asked for, the server chose: RFC 6749 section 3.3.
  const chosen = grant.scope.length === 0 && scope.length > 0;
  const final = chosen
    ? await authorizeEffective(vending, context, access, { ...asked, ...grant, scope })
    : access;
  const vendId = await recordVend(vending, context, final, obtained);
  // Read once: what is stated is what was checked.
  const secondsLeft = vending.tokens.secondsLeft(obtained.token);
  if (secondsLeft >= Math.max(1, asked.minTtl)) return answerWith(vendId, obtained, secondsLeft);
  // The log took longer than the token had left. A fresh one has its whole life left; where that is too short, it is said.
  if (obtained.source === 'minted') throw unsatisfiable(obtained.token);
  return await obtainAndHandOver(vending, context, obtained.allowed);
}

async function recordVend(
  { clock, audit, tokens }: Vending,
  context: RequestContext,
  access: AuditedAccess,
  { token, source }: Obtained,
): Promise<string> {
  const vendId = clock.uuid();
  await context.stages.time('audit', () =>
    audit.append({
      kind: 'vend',
      request: auditedRequest(context.http, context.caller),
      access,
      vendId,
      mintId: token.mintId,
      source,
      token: auditedToken(token),
      remainingLifetime: tokens.secondsLeft(token),
      stages: context.stages.toJSON(),
    }),
  );
  return vendId;
}

function answerWith(vendId: string, { token, source }: Obtained, secondsLeft: number): VendedToken {
  return {
    access_token: token.accessToken,
    token_type: 'Bearer',
    expires_in: secondsLeft,
    scope: token.scope.join(' '),
    expires_at: Math.floor(token.expiresAt / 1000),
    issued_at: Math.floor(token.issuedAt / 1000),
    credential: token.credential,
    mint_id: token.mintId,
    vend_id: vendId,
    source,
  };
}
