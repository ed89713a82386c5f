import type { AuditedAccess, AuditedMint, AuditedToken } from './audit-log.ts';
import type { GrantRequest, TokenResponse } from './authorization-server.ts';
import type { Credential } from './credential-source.ts';
import { Deadline } from './deadline.ts';
import { withinCeiling } from './request-ceiling.ts';
import { auditedRequest, type RequestContext } from './request-context.ts';
import { retry, upstreamTimeout } from './retry.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { type MintedToken, tokenCacheKey } from './token-cache.ts';
import { type CheckedToken, checkToken } from './token-checks.ts';
import type { TokenRequest } from './token-request.ts';
import { throwIfDisabled } from './usable-credential.ts';
import { VendError } from './vend-error.ts';
import type { Vending } from './vending.ts';

/** One request that policy and ceiling allow. */
export interface AllowedRequest {
  readonly access: AuditedAccess;
  readonly asked: TokenRequest;
  readonly credential: Credential;
  readonly grant: GrantRequest;
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
 * @param timeout milliseconds for metadata, token and keys together
 * @throws VendError `audit_unavailable`, `credential_refused`, `token_unacceptable`, `upstream_*`, `secrets_unavailable`
 */
export async function mintToken(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  timeout: number,
): Promise<MintedToken> {
  const { access, credential } = allowed;
  vending.refusals.throwIfRefused(access.credential, credential.versionId);
  const mintId = vending.clock.uuid();
  const request = auditedRequest(context.http, context.caller);
  using deadline = new Deadline(vending.clock, timeout, upstreamTimeout);
  const announced = context.stages.time('audit', () =>
    vending.audit.append({ kind: 'mint-intent', request, access, mint: { mintId } }),
  );
  const discovered = discover(vending, context, credential, deadline);
  await bothDone(announced, discovered);
  context.mintId = mintId;
  const mint = await grantSurvivingRotation(vending, context, allowed, deadline);
  const token = {
    ...mint.token,
    mintId,
    credential: access.credential,
    versionId: mint.credential.versionId,
  };
  // Cached before it is recorded: where the record fails, the log still owes it, and writes it before any later vend.
  vending.tokens.put(tokenCacheKey(mint.credential, mint.grant, context.caller), token);
  await context.stages.time('audit', () =>
    vending.audit.append({
      kind: 'mint',
      request,
      access,
      mint: auditedMint(mintId, mint),
      token: auditedToken(token),
    }),
  );
  return token;
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

/**
 * A refused secret may have been rotated a moment ago: read it again past the cache and, where its version moved, try once
 * more with the new one.
 */
async function grantSurvivingRotation(
  vending: Vending,
  context: RequestContext,
  allowed: AllowedRequest,
  deadline: Deadline,
): Promise<Mint> {
  const { access, asked, credential } = allowed;
  try {
    return await requestToken(vending, context, allowed, deadline);
  } catch (error) {
    if (VendError.from(error).code !== 'credential_refused') throw error;
    const current = await context.stages.time('secret', () =>
      vending.credentials.reread(credential.id, deadline.signal),
    );
    if (current.versionId === credential.versionId) throw error;
    vending.tokens.forgetVersion(access.credential, credential.versionId);
    throwIfDisabled(current);
    const grant = withinCeiling(asked, current.document);
    return await requestToken(
      vending,
      context,
      { ...allowed, credential: current, grant },
      deadline,
    );
  }
}

async function requestToken(
  vending: Vending,
  context: RequestContext,
  { access, credential, grant }: AllowedRequest,
  deadline: Deadline,
): Promise<Mint> {
  const { document, versionId } = credential;
  const metadata = await discover(vending, context, credential, deadline);
  const requestedAt = vending.clock.now();
  const response = await context.stages.time('token', () =>
    grantRemembered(vending, access.credential, versionId, () =>
      retry(vending.clock, deadline, (signal) =>
        vending.breaker.run(metadata.tokenEndpoint, () =>
          vending.server.requestToken({ metadata, document, signal }, grant),
        ),
      ),
    ),
  );
  const expected = { grant, document, metadata, requestedAt };
  const token = await context.stages.time('verify', () =>
    checkToken(response, expected, vending.verifier, deadline.signal),
  );
  return { credential, grant, metadata, token };
}

async function grantRemembered(
  { refusals }: Vending,
  credential: string,
  versionId: string,
  request: () => Promise<TokenResponse>,
): Promise<TokenResponse> {
  refusals.throwIfRefused(credential, versionId);
  try {
    return await request();
  } catch (error) {
    if (VendError.from(error).code === 'credential_refused')
      refusals.remember(credential, versionId);
    throw error;
  }
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
