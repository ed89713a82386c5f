import type { AuditedAccess } from './audit-log.ts';
import { authorize, authorizeEffective } from './authorize.ts';
import { auditedToken } from './mint-token.ts';
import { type Obtained, obtainToken } from './obtain-token.ts';
import { withinCeiling } from './request-ceiling.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import { parseTokenRequest } from './token-request.ts';
import { findUsableCredential } from './usable-credential.ts';
import type { Vending } from './vending.ts';
import type { TokenAnswer } from './wire.ts';

/**
 * `POST /oauth2/token`: the whole flow of a vend. Policy comes before any secret; nothing is minted that was not
 * announced, nothing leaves that was not recorded.
 *
 * @throws VendError any code of the table
 */
export async function vendToken(vending: Vending, context: RequestContext): Promise<TokenAnswer> {
  const asked = parseTokenRequest(context.http);
  const requested = await authorize(vending, context, 'vendToken', asked);
  const credential = await findUsableCredential(vending, context, asked);
  const grant = withinCeiling(asked, credential.document);
  const access = await authorizeEffective(vending, context, requested, { ...asked, ...grant });
  const obtained = await obtainToken(vending, context, { access, asked, credential, grant });
  const { scope } = obtained.token;
  // Where no scope was asked for, the server chose: RFC 6749 section 3.3.
  const chosen = grant.scope.length === 0 && scope.length > 0;
  const final = chosen
    ? await authorizeEffective(vending, context, access, { ...asked, ...grant, scope })
    : access;
  return await handOver(vending, context, final, obtained);
}

async function handOver(
  vending: Vending,
  context: RequestContext,
  access: AuditedAccess,
  { token, source }: Obtained,
): Promise<TokenAnswer> {
  const vendId = vending.clock.uuid();
  const secondsLeft = () => Math.floor((token.expiresAt - vending.clock.now()) / 1000);
  await context.stages.time('audit', () =>
    vending.audit.append({
      kind: 'vend',
      request: auditedRequest(context.http, context.caller),
      access,
      vendId,
      mintId: token.mintId,
      source,
      token: auditedToken(token),
      remainingLifetime: secondsLeft(),
      stages: context.stages.toJSON(),
    }),
  );
  return {
    access_token: token.accessToken,
    token_type: 'Bearer',
    expires_in: secondsLeft(),
    scope: token.scope.join(' '),
    expires_at: Math.floor(token.expiresAt / 1000),
    issued_at: Math.floor(token.issuedAt / 1000),
    credential: token.credential,
    mint_id: token.mintId,
    vend_id: vendId,
    source,
  };
}
