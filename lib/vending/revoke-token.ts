import { hash } from 'node:crypto';
import type { AuditedAccess } from '../audit/event.ts';
import { chooseSecret } from '../credential/choose-secret.ts';
import type { Credential } from '../credential/source.ts';
import { surviveRotation } from '../credential/survive-rotation.ts';
import { VendError } from '../errors/vend-error.ts';
import { Deadline } from '../time/deadline.ts';
import { retry, upstreamTimeout } from '../time/retry.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import { authorize } from './authorize.ts';
import { askedAbout, parseTokenOf } from './introspect-token.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import { findUsableCredential } from './usable-credential.ts';
import type { Vending } from './vending.ts';

/**
 * `POST /oauth2/revoke` (RFC 7009): drops the token from this process's cache and revokes it at the server where the
 * server offers that. An unknown token is revoked already: success.
 *
 * @throws VendError `request_malformed`, `policy_denied`, `credential_*`, `audit_unavailable`; `upstream_*` where the
 *   server could not revoke it, the cache being clean all the same
 */
export async function revokeToken(vending: Vending, context: RequestContext): Promise<void> {
  const { credential: id, token } = parseTokenOf(context.http);
  const asked = askedAbout(id);
  const access = await authorize(vending, context, 'revokeToken', asked);
  const credential = await findUsableCredential(vending, context, asked);
  const evicted = vending.tokens.evict(access.credential, hash('sha256', token, 'hex'));
  const outcome = await revokeUpstream(vending, context, credential, token);
  await record(vending, context, access, token, evicted, outcome);
  if (outcome instanceof VendError) throw outcome;
}

async function revokeUpstream(
  vending: Vending,
  context: RequestContext,
  credential: Credential,
  token: string,
): Promise<'revoked' | 'unsupported' | VendError> {
  using deadline = new Deadline(vending.clock, GRANT_TIMEOUT, upstreamTimeout);
  const { signal } = deadline;
  try {
    const chosen = await chooseSecret(vending, context, credential, 'revocation', signal);
    return await surviveRotation(vending, context, chosen, 'revocation', signal, (one) =>
      revokeWith(vending, context, one, token, deadline),
    );
  } catch (error) {
    return VendError.from(error);
  }
}

async function revokeWith(
  vending: Vending,
  { stages }: RequestContext,
  { document }: Credential,
  token: string,
  deadline: Deadline,
): Promise<'revoked' | 'unsupported'> {
  const metadata = await stages.time('metadata', () =>
    vending.metadata.get(document, deadline.signal),
  );
  if (metadata.revocationEndpoint === undefined) return 'unsupported';
  return await stages.time('token', () =>
    retry(vending.clock, deadline, (signal) =>
      vending.server.revokeToken({ metadata, document, signal }, token),
    ),
  );
}

async function record(
  vending: Vending,
  context: RequestContext,
  access: AuditedAccess,
  token: string,
  evicted: number,
  outcome: 'revoked' | 'unsupported' | VendError,
): Promise<void> {
  await context.stages.time('audit', () =>
    vending.audit.append({
      kind: 'revocation',
      request: auditedRequest(context.http, context.caller),
      access,
      tokenSha256: hash('sha256', token, 'hex'),
      evicted,
      upstream: outcome instanceof VendError ? 'failed' : outcome,
    }),
  );
}
