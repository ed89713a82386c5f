import { openProxies } from '../../client/proxy-agent.ts';
import { openHttpsTransport, type Proxies } from '../../lib/http/https-transport.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { VERSION } from '../../lib/version.ts';
import { trustCertificates } from '../configuration/trusted-certificates.ts';
import { explainError } from './explain-error.ts';
import { IamApi } from './iam-api.ts';
import { IamTransport } from './iam-transport.ts';
import { OldBindingReads } from './old-binding-reads.ts';
import type { Settings } from './settings.ts';
import { type FetchToken, openTokenSource, type TokenSource } from './token-source.ts';
import { openVendedTokens, openVendingClient } from './vended-tokens.ts';

/** The client of the provider's operations. */
export interface Connection {
  readonly tenantId: string;
  readonly clock: Clock;
  readonly tokens: TokenSource;
  /** The API for one operation, whose signal ends all of its calls. */
  readonly api: (signal: AbortSignal) => IamApi;
  /** Shared by all reads of one process. Terraform starts a process for each refresh. */
  readonly oldBindings: OldBindingReads;
}

export interface ConnectionOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly terraformVersion: string;
  readonly clock?: Clock;
}

/** A list of 1,000 groups with long descriptions takes some hundred KiB. */
const RESPONSE_LIMIT = 16 * 1024 * 1024;

/**
 * Opens the connection without network use. The first call of the API fetches the first token.
 *
 * @throws DiagnosticError `proxy_invalid`
 */
export function connect(settings: Settings, options: ConnectionOptions): Connection {
  const proxies = findProxies(options.environment);
  const { environment, terraformVersion, clock = systemClock } = options;
  const { tenantId, baseUrl, timeout, maxRetries } = settings;
  const tokens = openTokenSource(openTokens(settings, environment, clock), clock);
  const transport = new IamTransport({
    baseUrl,
    tokens,
    transport: openHttpsTransport({
      proxies,
      responseLimit: RESPONSE_LIMIT,
    }),
    clock,
    timeout,
    maxRetries,
    userAgent: `terraform-provider-hiiretail/${VERSION} terraform/${terraformVersion}`,
    beforeFirst: () => trustCertificates(undefined),
  });
  return {
    tenantId,
    clock,
    tokens,
    api: (signal) => new IamApi(transport, tenantId, signal),
    oldBindings: new OldBindingReads(),
  };
}

function findProxies(environment: NodeJS.ProcessEnv): Proxies {
  try {
    return openProxies(environment);
  } catch (error) {
    throw explainError(error, 'The provider cannot be configured');
  }
}

function openTokens(
  { tokens: settings, timeout, maxRetries }: Settings,
  environment: NodeJS.ProcessEnv,
  clock: Clock,
): FetchToken {
  if (settings.mode === 'vended') {
    const client = openVendingClient({ settings, timeout, maxRetries, environment });
    return openVendedTokens(client, settings, clock);
  }
  let fetchToken: Promise<FetchToken> | undefined;
  const open = async () => {
    // Terraform starts a provider several times per command. Most of these processes need no token.
    const { openDirectTokens, openHydra } = await import('./direct-tokens.ts');
    trustCertificates(undefined);
    const server = openHydra(environment);
    return openDirectTokens({ settings, timeout, maxRetries, server, clock });
  };
  return async (rejected) => {
    fetchToken ??= open();
    return await (await fetchToken)(rejected);
  };
}
