import { hash } from 'node:crypto';
import type { SecretVersions } from '../credential/secret-versions.ts';
import type { Credential } from '../credential/source.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Grants } from '../grant/grants.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import type { Authorizer } from './authorizer.ts';
import { type Ending, endingWith } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';
import { parseTokenForm, requestAbout } from './token-form.ts';
import { presenterFor, type UsableCredentials } from './usable-credentials.ts';

export interface RevokeTokenParts {
  readonly clock: Clock;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly usable: Pick<UsableCredentials, 'find' | 'admit'>;
  readonly versions: Pick<SecretVersions, 'choose' | 'present'>;
  readonly grants: Pick<Grants, 'revoke'>;
  readonly tokens: Pick<TokenCache, 'drop'>;
  readonly recorder: Pick<Recorder, 'record'>;
}

/**
 * `POST /oauth2/revoke` (RFC 7009): drops the token from the cache of this process, and revokes it
 * at the server if the server supports that. An unknown token counts as revoked: success.
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
  return await endingWith(access, async () => {
    const credential = await usable.find(context, id);
    const tokenSha256 = hash('sha256', token, 'hex');
    const evicted = tokens.drop(access.credential, tokenSha256);
    const result = await revokeUpstream(parts, context, credential, token);
    const upstream = result instanceof VendError ? 'failed' : result;
    await recorder.record(context, { kind: 'revoked', access, tokenSha256, evicted, upstream });
    if (result instanceof VendError) throw result;
  });
}

async function revokeUpstream(
  { clock, usable, versions, grants }: RevokeTokenParts,
  context: RequestContext,
  credential: Credential,
  token: string,
): Promise<'revoked' | 'unsupported' | VendError> {
  const { times } = context;
  using deadline = new Deadline(clock, GRANT_TIMEOUT, upstreamTimeout, context.signal);
  const presenter = presenterFor(usable, context, deadline.signal);
  try {
    const chosen = await versions.choose(credential, 'revocation', presenter);
    return await versions.present(chosen, 'revocation', presenter, ({ document }) =>
      grants.revoke(document, token, { deadline, times }),
    );
  } catch (error) {
    return VendError.from(error);
  }
}
