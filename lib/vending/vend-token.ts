import { withinCeiling } from '../grant/ceiling.ts';
import type { VendedToken } from '../http/wire.ts';
import type { Clock } from '../time/clock.ts';
import type { TokenCache } from '../token/cache.ts';
import type { AllowedRequest } from './allowed-request.ts';
import { type Authorizer, isSame } from './authorizer.ts';
import { grantedRequest, UNKNOWN_SCOPE_ADVICE } from './granted-request.ts';
import { minTtlUnsatisfiable } from './min-ttl-unsatisfiable.ts';
import type { Obtainer } from './obtainer.ts';
import { type Ending, endingWith, type Vended } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';
import { parseTokenRequest } from './token-request.ts';
import type { UsableCredentials } from './usable-credentials.ts';

export interface VendTokenParts {
  readonly clock: Clock;
  readonly authorizer: Authorizer;
  readonly usable: UsableCredentials;
  readonly obtainer: Pick<Obtainer, 'obtain'>;
  readonly tokens: Pick<TokenCache, 'secondsLeft' | 'usableFor' | 'livesFor' | 'drop'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

/**
 * `POST /oauth2/token`: the flow of a vend. Policy decides before any secret is read. No token is
 * minted without an intent record, and none is returned without a vend record.
 *
 * @throws VendError `request_malformed`, `grant_unsupported`, `policy_denied`; every later error is
 *   in the ending
 */
export async function vendToken(parts: VendTokenParts, context: RequestContext): Promise<Ending> {
  const { authorizer, usable } = parts;
  const requested = parseTokenRequest(context.http);
  const access = await authorizer.authorize(context, 'vendToken', requested);
  return await endingWith(access, async () => {
    const credential = await usable.find(context, requested.credential);
    const grant = withinCeiling(requested, credential.document);
    const effective = { ...requested, ...grant };
    const allowed = await authorizer.authorizeEffective(context, access, effective);
    const { rejectedTokenSha256: rejected } = requested;
    if (rejected !== undefined) parts.tokens.drop(access.credential, rejected);
    return await vend(parts, context, { access: allowed, requested, credential, grant });
  });
}

async function vend(
  parts: VendTokenParts,
  context: RequestContext,
  request: AllowedRequest,
): Promise<VendedToken> {
  const { clock, authorizer, obtainer, tokens, recorder } = parts;
  const { token, source, allowed } = await obtainer.obtain(context, request);
  const { requested, grant, access } = allowed;
  const granted = grantedRequest(token, allowed);
  const decided = isSame(grant, granted)
    ? access
    : await authorizer.authorizeEffective(
        context,
        access,
        granted,
        token.isScopeUnknown ? UNKNOWN_SCOPE_ADVICE : undefined,
      );
  const vended = {
    kind: 'vended',
    access: decided,
    vendId: clock.uuid(),
    token,
    source,
    secondsLeft: tokens.secondsLeft(token),
  } as const;
  await recorder.record(context, vended);
  // Read once, so that the response states the checked value.
  const secondsLeft = tokens.secondsLeft(token);
  if (tokens.livesFor(token, requested.minTtl)) return toResponse(vended, secondsLeft);
  // Storing the record took longer than the token had left, or the token was dropped meanwhile. A
  // new token has its whole lifetime left. If that is too short, the error states it.
  const isTooShort = source === 'minted' && tokens.usableFor(token, requested.minTtl) < 0;
  if (isTooShort && !token.repeated) throw minTtlUnsatisfiable(token);
  return await vend(parts, context, allowed);
}

function toResponse({ vendId, token, source }: Vended, secondsLeft: number): VendedToken {
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
    ...(token.boundTo === undefined
      ? {}
      : { cnf: { 'x5t#S256': token.boundTo }, advice: BOUND_ADVICE }),
  };
}

const BOUND_ADVICE =
  'APIs accept this token only over TLS with the client certificate of the credential (RFC 8705).';
