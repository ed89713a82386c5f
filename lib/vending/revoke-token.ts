import { hash } from 'node:crypto';
import type { RevokedUpstream } from '../audit/event.ts';
import { formatCredentialId } from '../credential/id.ts';
import type { SecretVersions } from '../credential/secret-versions.ts';
import type { Credential } from '../credential/source.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Exchange } from '../grant/exchange.ts';
import type { Grants } from '../grant/grants.ts';
import type { RevocationResponse } from '../http/wire.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { timesOf } from '../time/stage-times.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import type { Authorizer } from './authorizer.ts';
import { type Ending, endingWith } from './outcome.ts';
import { isClientOf } from './own-token.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';
import { parseTokenForm, requestAbout } from './token-form.ts';
import { presenterFor, type UsableCredentials } from './usable-credentials.ts';

export interface RevokeTokenParts {
  readonly clock: Clock;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly usable: Pick<UsableCredentials, 'find' | 'admit'>;
  readonly versions: Pick<SecretVersions, 'choose' | 'present'>;
  readonly grants: Pick<Grants, 'revoke' | 'verifiedClaims'>;
  readonly tokens: Pick<TokenCache, 'drop' | 'findCopies'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

/**
 * `POST /oauth2/revoke` (RFC 7009): drops the token from the cache of this process, revokes it at
 * the server if the server supports that, and says which of these happened. An unknown token is
 * sent to the server. A token that is known to be of another credential is not sent. No token is sent without an intent record.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending:
 *   `credential_*`, `audit_unavailable`; `upstream_*` if the server could not revoke it; the cache
 *   is cleared in any case
 */
export async function revokeToken(
  parts: RevokeTokenParts,
  context: RequestContext,
): Promise<Ending> {
  const { authorizer, usable, tokens, recorder } = parts;
  const { credential: id, token } = parseTokenForm(context.http);
  const access = await authorizer.authorize(context, 'revokeToken', requestAbout(id));
  return await endingWith(access, async (): Promise<RevocationResponse> => {
    const credential = await usable.find(context, id);
    const tokenSha256 = hash('sha256', token, 'hex');
    using deadline = new Deadline(parts.clock, GRANT_TIMEOUT, upstreamTimeout, context.signal);
    const exchange = { deadline, times: timesOf(context.times, 'revocation') };
    const isOther = await isOfOther(parts, credential, token, tokenSha256, exchange);
    const evicted = isOther ? 0 : tokens.drop(access.credential, tokenSha256);
    // Announced first: a server that revokes a token leaves no other trace here.
    if (!isOther)
      await recorder.record(context, { kind: 'revocation-announced', access, tokenSha256 });
    const result = isOther
      ? 'other_credential'
      : await revokeUpstream(parts, context, credential, token, exchange);
    const upstream = result instanceof VendError ? 'failed' : result;
    await recorder.record(context, { kind: 'revoked', access, tokenSha256, evicted, upstream });
    if (result instanceof VendError) throw result;
    return { evicted, upstream: result };
  });
}

/**
 * Whether the token is certainly of another credential: it was minted here for that one, or it is a
 * valid JWT that names another client.
 */
async function isOfOther(
  { tokens, grants }: RevokeTokenParts,
  { id, document }: Credential,
  token: string,
  tokenSha256: string,
  exchange: Exchange,
): Promise<boolean> {
  const copies = tokens.findCopies(tokenSha256);
  if (copies.length > 0)
    return copies.every(({ credential }) => credential !== formatCredentialId(id));
  try {
    const claims = await grants.verifiedClaims(document, token, exchange);
    return claims !== 'opaque' && !isClientOf(claims?.client_id, document);
  } catch {
    // Without the keys nothing is certain.
    return false;
  }
}

async function revokeUpstream(
  { usable, versions, grants }: RevokeTokenParts,
  context: RequestContext,
  credential: Credential,
  token: string,
  exchange: Exchange,
): Promise<RevokedUpstream | VendError> {
  const presenter = presenterFor(usable, context, exchange.deadline.signal);
  try {
    const chosen = await versions.choose(credential, 'revocation', presenter);
    return await versions.present(chosen, 'revocation', presenter, ({ document }) =>
      grants.revoke(document, token, exchange),
    );
  } catch (error) {
    return VendError.from(error);
  }
}
