import type { AuditedAccess, AuditedMint, AuditedToken } from '../audit/event.ts';
import type { Credential } from '../credential/source.ts';
import { surviveRotation } from '../credential/survive-rotation.ts';
import type { GrantRequest, TokenResponse } from '../grant/authorization-server.ts';
import { awaitPublishedKey } from '../grant/await-published-key.ts';
import { type CheckedToken, checkToken } from '../grant/check.ts';
import type { ServerMetadata } from '../grant/server-metadata.ts';
import type { RequestTime } from '../time/circuit-breaker.ts';
import { Deadline } from '../time/deadline.ts';
import { retry, upstreamTimeout } from '../time/retry.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import { tokenCacheKey } from '../token/cache-key.ts';
import type { MintedToken } from '../token/minted-token.ts';
import { withinCeiling } from './ceiling.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import type { TokenRequest } from './token-request.ts';
import type { Vending } from './vending.ts';

/** One request that policy and ceiling allow. */
export interface AllowedRequest {
  readonly access: AuditedAccess;
  readonly asked: TokenRequest;
  readonly credential: Credential;
  readonly grant: GrantRequest;
}

/** A token, and what it was minted with: a rotation in the middle may have changed both from what was allowed. */
export interface Minted {
  readonly token: MintedToken;
  readonly credential: Credential;
  readonly key: string;
}

interface Mint {
  readonly credential: Credential;
  readonly grant: GrantRequest;
  readonly metadata: ServerMetadata;
  readonly token: CheckedToken;
}

/**
 * One successful token request: announced in the audit log before it is sent, checked, recorded, cached.
 *
 * @param flight ends the mint when nobody waits for it any more
 * @param patience of a caller that has a token at hand: it has no time to find out whether a failing server is back
 * @throws VendError `audit_unavailable`, `credential_refused`, `token_unacceptable`, `upstream_*`, `secrets_unavailable`
 */
export async function mintToken(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  flight: AbortSignal,
  patience?: Deadline,
): Promise<Minted> {
  const { access, credential } = allowed;
  // Metadata, token and keys together.
  using deadline = new Deadline(vending.clock, GRANT_TIMEOUT, upstreamTimeout, flight);
  const mintId = vending.clock.uuid();
  const request = auditedRequest(context.http, context.caller);
  const announced = context.stages.time('audit', () =>
    vending.audit.append({ kind: 'mint-intent', request, access, mint: { mintId } }),
  );
  const discovered = discover(vending, context, credential, deadline);
  await bothDone(announced, discovered);
  context.mintId = mintId;
  const { signal } = deadline;
  const granted = await surviveRotation(vending, context, credential, 'token', signal, (one) =>
    requestToken(vending, context, allowed.asked, one, deadline, patience),
  );
  const mint = await check(vending, context, granted, deadline);
  const token = { ...mint.token, mintId, credential: access.credential };
  // Cached before it is recorded: where the record fails, the log still owes it, and writes it before any later vend.
  const key = tokenCacheKey(mint.credential, mint.grant, context.caller);
  vending.tokens.put(key, token);
  await context.stages.time('audit', () =>
    vending.audit.append({
      kind: 'mint',
      request,
      access,
      mint: auditedMint(mintId, mint),
      token: auditedToken(token),
    }),
  );
  return { token, credential: mint.credential, key };
}

// The intent is written while the server is being asked who it is. Neither may be left running: what is not awaited is
// frozen with the function.
async function bothDone(announced: Promise<void>, discovered: Promise<unknown>): Promise<void> {
  const [intent, metadata] = await Promise.allSettled([announced, discovered]);
  if (intent.status === 'rejected') throw intent.reason;
  if (metadata.status === 'rejected') throw metadata.reason;
}

async function discover(
  vending: Vending,
  context: RequestContext,
  { document }: Credential,
  { signal }: Deadline,
): Promise<ServerMetadata> {
  return await context.stages.time('metadata', () => vending.metadata.get(document, signal));
}

interface Granted {
  readonly credential: Credential;
  readonly grant: GrantRequest;
  readonly metadata: ServerMetadata;
  readonly requestedAt: number;
  readonly response: TokenResponse;
}

async function requestToken(
  vending: Vending,
  context: RequestContext,
  asked: TokenRequest,
  credential: Credential,
  deadline: Deadline,
  patience = deadline,
): Promise<Granted> {
  const { document } = credential;
  const grant = withinCeiling(asked, document);
  const metadata = await discover(vending, context, credential, deadline);
  const attempt = async (signal: AbortSignal) => {
    // Of this attempt: the ones before may have used up more time than the token lives.
    const requestedAt = vending.clock.now();
    const response = await vending.server.requestToken({ metadata, document, signal }, grant);
    return { requestedAt, response };
  };
  const answered = await context.stages.time('token', () =>
    retry(vending.clock, deadline, (signal) =>
      vending.breaker.run(metadata.tokenEndpoint, timeOf(deadline, patience), () =>
        attempt(signal),
      ),
    ),
  );
  return { credential, grant, metadata, ...answered };
}

function timeOf({ signal, remaining }: Deadline, patience: Deadline): RequestTime {
  return { signal, remaining: Math.min(remaining, patience.remaining) };
}

async function check(
  { verifier, clock }: Vending,
  { stages }: RequestContext,
  { credential, grant, metadata, requestedAt, response }: Granted,
  { signal }: Deadline,
): Promise<Mint> {
  const expected = { grant, document: credential.document, metadata, requestedAt };
  const patient = awaitPublishedKey(verifier, clock);
  const token = await stages.time('verify', () => checkToken(response, expected, patient, signal));
  return { credential, grant, metadata, token };
}

function auditedMint(mintId: string, { credential, grant, metadata }: Mint): AuditedMint {
  return {
    mintId,
    issuer: metadata.issuer,
    tokenEndpoint: metadata.tokenEndpoint,
    authMethod: credential.document.authentication.method,
    secretVersion: credential.versionId,
    grantedFor: grant,
  };
}

/** A token as the audit log may know it. */
export function auditedToken(token: MintedToken): AuditedToken {
  const { sha256, jti, scope, audience, issuedAt, expiresAt } = token;
  return { sha256, jti, scope, audience, issuedAt, expiresAt };
}
