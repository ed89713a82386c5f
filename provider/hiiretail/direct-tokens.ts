import { createHash } from 'node:crypto';
import { openProxies } from '../../client/proxy-agent.ts';
import type { CredentialDocument } from '../../lib/credential/document.ts';
import { upstreamTimeout } from '../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import type { AuthorizationServer } from '../../lib/grant/authorization-server.ts';
import { Grants } from '../../lib/grant/grants.ts';
import { openOpenidClient } from '../../lib/grant/openid-client.ts';
import { once, unguarded } from '../../lib/grant/retrying.ts';
import { fallbackMetadata } from '../../lib/grant/server-metadata.ts';
import { openHttpsTransport } from '../../lib/http/https-transport.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { retry } from '../../lib/time/retry.ts';
import { TOKEN_BUDGET } from '../../lib/time/time-budget.ts';
import { hosts } from './hosts.ts';
import { retryPolicy } from './retry-policy.ts';
import { hiiretail } from './server-profile.ts';
import type { DirectSettings } from './settings-direct.ts';
import type { FetchToken } from './token-source.ts';

export interface DirectOptions {
  readonly settings: DirectSettings;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly maxRetries: number;
  readonly server: AuthorizationServer;
  readonly clock: Clock;
}

/**
 * Tokens from the authorization server, by the client-credentials grant of the core. The token
 * endpoint is `token_url`, else the one of discovery, else that of the environment.
 *
 * @throws VendError, from the returned function
 */
export function openDirectTokens(options: DirectOptions): FetchToken {
  const { settings, clock, server, timeout, maxRetries } = options;
  const document = toDocument(settings);
  const request = { scope: settings.scopes, audience: [settings.audience], resource: [] };
  const metadata = settings.tokenUrl === undefined ? undefined : fallbackMetadata(document);
  // `max_retries` also covers discovery, so the grant itself must not retry.
  const grants = new Grants({
    clock,
    server,
    urls: { allowLoopbackHttp: true },
    retrying: once,
    breaker: unguarded,
    metadataTimeout: timeout,
  });
  const policy = retryPolicy(maxRetries);
  return async () => {
    using deadline = new Deadline(clock, TOKEN_BUDGET, upstreamTimeout);
    const attempt = async (signal: AbortSignal) => {
      using one = new Deadline(clock, timeout, upstreamTimeout, signal);
      const grant = await grants.obtain(document, request, { deadline: one, metadata });
      const { accessToken, issuedAt, expiresAt } = grant.token;
      return { accessToken, expiresAt, lifetime: expiresAt - issuedAt };
    };
    try {
      return await retry(clock, deadline, attempt, policy);
    } catch (error) {
      throw located(error, settings);
    }
  };
}

/**
 * Adds the token server, and a fingerprint of the client id. The id itself is not shown, because
 * ids contain names of tenants and stores.
 */
function located(error: unknown, { tokenUrl, issuer, clientId }: DirectSettings): unknown {
  if (!(error instanceof VendError)) return error;
  const { code, message, advice, retryAfter, detail, cause } = error;
  const fingerprint = createHash('sha256').update(clientId).digest('hex').slice(0, 8);
  const place = `token server ${new URL(tokenUrl ?? issuer).host}, client ${fingerprint} (SHA-256)`;
  return new VendError(code, {
    says: message,
    advice,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    detail: detail === undefined ? place : `${detail}, ${place}`,
    cause,
  });
}

/** The authorization server of direct mode, with proxies as the environment sets them. */
export function openHydra(environment: NodeJS.ProcessEnv): AuthorizationServer {
  const transport = openHttpsTransport({ proxies: openProxies(environment) });
  return openOpenidClient(async (url, request) => {
    const response = await transport(url, request);
    // Hydra responds with 409 to a serialization conflict in its database, which is retryable.
    if (response.status === 409)
      throw new VendError('upstream_unavailable', { detail: 'status 409' });
    return response;
  });
}

function toDocument(settings: DirectSettings): CredentialDocument {
  const { issuer, clientId, clientSecret, audience, scopes } = settings;
  const builtIn = Object.values(hosts).find((host) => host.issuer === issuer.replace(/\/$/, ''));
  return {
    issuer,
    clientId,
    authentication: { method: 'client_secret_basic', clientSecret },
    clientAssertionAudience: 'issuer',
    allowsCertificateBoundTokens: false,
    grantType: 'client_credentials',
    tokenParameters: {},
    scope: scopes,
    defaultScope: scopes,
    implicitScope: [],
    audience: [audience],
    resource: [],
    tokenEndpoint: settings.tokenUrl ?? builtIn?.tokenUrl,
    revocationEndpoint: undefined,
    introspectionEndpoint: undefined,
    jwksUri: undefined,
    accessTokenFormat: 'auto',
    accessTokenIssuer: undefined,
    accessTokenLifetime: undefined,
    profile: hiiretail,
    tokenSharing: 'shared',
    status: 'enabled',
    epoch: 0,
  };
}
