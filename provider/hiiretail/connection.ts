import { openHttpsTransport } from '../../lib/http/https-transport.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { VERSION } from '../../lib/version.ts';
import { trustCertificates } from '../configuration/trusted-certificates.ts';
import { IamApi } from './iam-api.ts';
import { IamTransport } from './iam-transport.ts';
import { OldBindingReads } from './old-binding-reads.ts';
import type { Settings } from './settings.ts';
import { type FetchToken, openTokenSource, type TokenSource } from './token-source.ts';
import { openVendedTokens, openVendingClient } from './vended-tokens.ts';

/** What the operations of the provider work with. */
export interface Connection {
  readonly tenantId: string;
  readonly clock: Clock;
  readonly tokens: TokenSource;
  /** The API as one operation uses it, which ends with its signal. */
  readonly api: (signal: AbortSignal) => IamApi;
  /** Shared by all reads of one process, which Terraform starts anew for each refresh. */
  readonly oldBindings: OldBindingReads;
}

export interface ConnectionOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly terraformVersion: string;
  readonly clock?: Clock;
}

/** Lists of 1,000 groups with long descriptions take some hundred KiB. */
const RESPONSE_LIMIT = 16 * 1024 * 1024;

/** Makes the connection without using it: the first token is fetched by the first call of the API. */
export function connect(settings: Settings, options: ConnectionOptions): Connection {
  const { environment, terraformVersion, clock = systemClock } = options;
  const { tenantId, baseUrl, timeout, maxRetries } = settings;
  const tokens = openTokenSource(openTokens(settings, environment, clock), clock);
  const transport = new IamTransport({
    baseUrl,
    tokens,
    transport: openHttpsTransport({ environment, responseLimit: RESPONSE_LIMIT }),
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
    // Terraform starts a provider several times a command; most of those processes never need a token.
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
