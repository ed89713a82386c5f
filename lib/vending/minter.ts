import type { Budgets } from '../access/budgets.ts';
import type { AuditedMint } from '../audit/audited-mint.ts';
import type { SecretVersions } from '../credential/secret-versions.ts';
import type { Credential } from '../credential/source.ts';
import { upstreamTimeout } from '../errors/upstream-timeout.ts';
import { VendError } from '../errors/vend-error.ts';
import type { GrantRequest } from '../grant/authorization-server.ts';
import { withinCeiling } from '../grant/ceiling.ts';
import type { Grant, Grants } from '../grant/grants.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { GRANT_TIMEOUT } from '../time/time-budget.ts';
import type { TokenCache } from '../token/cache.ts';
import { tokenCacheKey } from '../token/cache-key.ts';
import type { MintedToken } from '../token/minted-token.ts';
import type { AllowedRequest } from './allowed-request.ts';
import { MintError } from './mint-error.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';
import { presenterFor, type UsableCredentials } from './usable-credentials.ts';

/**
 * A token, and the credential and request that it was minted with. A rotation may have changed both
 * since the request was allowed.
 */
export interface Mint {
  readonly token: MintedToken;
  readonly credential: Credential;
  readonly key: string;
}

export interface MinterParts {
  readonly clock: Clock;
  readonly grants: Pick<Grants, 'obtain'>;
  readonly versions: Pick<SecretVersions, 'present'>;
  readonly usable: Pick<UsableCredentials, 'admit'>;
  readonly tokens: Pick<TokenCache, 'put' | 'recognize'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly budgets: Pick<Budgets, 'spend'>;
}

/** Mints tokens: announced in the audit log before the request is sent, obtained by a grant, cached, recorded. */
export class Minter {
  readonly #parts: MinterParts;

  constructor(parts: MinterParts) {
    this.#parts = parts;
  }

  /**
   * @param flight ends the mint when nobody waits for it any more
   * @param patience of a caller with a usable token: it does not wait for a probe of a failing
   *   server
   * @throws VendError `budget_exhausted` before anything is announced
   * @throws MintError `audit_unavailable`, `credential_refused`, `token_unacceptable`,
   *   `upstream_*`, `secrets_unavailable`
   */
  async mint(
    context: RequestContext,
    allowed: AllowedRequest,
    flight: AbortSignal,
    patience?: Deadline,
  ): Promise<Mint> {
    const { clock, budgets } = this.#parts;
    budgets.spend('mints', context.caller.principalArn);
    const mintId = clock.uuid();
    // Metadata, token and keys together.
    using deadline = new Deadline(clock, GRANT_TIMEOUT, upstreamTimeout, flight);
    try {
      return await this.#mint(mintId, context, allowed, deadline, patience);
    } catch (error) {
      throw new MintError(VendError.from(error), mintId);
    }
  }

  async #mint(
    mintId: string,
    context: RequestContext,
    allowed: AllowedRequest,
    deadline: Deadline,
    patience: Deadline | undefined,
  ): Promise<Mint> {
    const { grants, versions, usable, tokens, recorder } = this.#parts;
    const { access, requested } = allowed;
    const { times, caller } = context;
    const announced = recorder.record(context, { kind: 'announced', access, mintId });
    // It may reject before anything awaits it.
    announced.catch(() => undefined);
    const presenter = presenterFor(usable, context, deadline.signal);
    const obtain = async (credential: Credential) => {
      const request = withinCeiling(requested, credential.document);
      const exchange = { deadline, patience, times, announced };
      const grant = await grants.obtain(credential.document, request, exchange);
      return { ...grant, credential, request };
    };
    const obtained = await versions
      .present(allowed.credential, 'token', presenter, obtain)
      .finally(() => announced);
    const { credential, request } = obtained;
    const key = tokenCacheKey(credential, request, caller);
    const minted = { ...obtained.token, mintId, credential: access.credential };
    const token = tokens.recognize(key, minted);
    // Cached before it is recorded. If the record cannot be stored, the log stores it before any
    // later vend.
    tokens.put(key, token);
    await recorder.record(context, {
      kind: 'minted',
      access,
      mint: auditedMint(mintId, obtained),
      token,
    });
    return { token, credential, key };
  }
}

function auditedMint(
  mintId: string,
  { credential, request, metadata }: Grant & { credential: Credential; request: GrantRequest },
): AuditedMint {
  return {
    mintId,
    issuer: metadata.issuer,
    tokenEndpoint: metadata.tokenEndpoint,
    authMethod: credential.document.authentication.method,
    secretVersion: credential.versionId,
    grantedFor: request,
  };
}
