import { readEndpoint } from '../../client/endpoint.ts';
import { findProxy } from '../../client/proxy.ts';
import type { RegistryClient } from '../../client/registry-client.ts';
import type { TokenClient } from '../../client/token-client.ts';
import type { TokenClientOptions } from '../../client/token-client-options.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { openAwsIdentity } from '../configuration/aws-identity.ts';
import { readCaBundle, trustCertificates } from '../configuration/trusted-certificates.ts';
import { explainError } from './explain-error.ts';
import type { Settings } from './settings.ts';

/** The client of the provider's operations. */
export interface Connection {
  readonly settings: Settings;
  /**
   * Returns the client of the endpoint. A run has one client, which shares and caches tokens. It is
   * loaded at its first use, because most launches of a provider only read the schema.
   *
   * @throws DiagnosticError `endpoint_invalid` if no endpoint is configured
   */
  readonly tokens: () => Promise<TokenClient>;
  /**
   * Returns the client of the registry, which the metadata of the endpoint names.
   *
   * @throws DiagnosticError `endpoint_invalid` if no endpoint is configured
   */
  readonly registry: () => Promise<RegistryClient>;
  readonly clock: Clock;
  /**
   * Tokens to revoke when the run ends, by vend id. They must not be in the lease, which Terraform
   * holds.
   */
  readonly toRevoke: Map<string, { readonly credential: string; readonly token: string }>;
}

/**
 * Opens the connection without network use, so that plans work without it.
 *
 * @throws DiagnosticError at `endpoint`, `region` or `ca_bundle`
 */
export function connect(settings: Settings, environment: NodeJS.ProcessEnv): Connection {
  const bundle = settings.caBundle === undefined ? undefined : readCaBundle(settings.caBundle);
  const credentials = openAwsIdentity(settings, () => trustCertificates(bundle));
  if (settings.endpoint !== undefined) checkEndpoint(settings);
  checkProxy(environment);
  const options = clientOptions(settings, credentials, environment);
  let tokens: Promise<TokenClient> | undefined;
  let registry: Promise<RegistryClient> | undefined;
  return {
    settings,
    tokens: async () => {
      if (settings.endpoint === undefined) throw missingEndpoint();
      tokens ??= openTokens(options);
      return await tokens;
    },
    registry: async () => {
      if (settings.endpoint === undefined) throw missingEndpoint();
      registry ??= openRegistry(options);
      return await registry;
    },
    clock: systemClock,
    toRevoke: new Map(),
  };
}

function checkEndpoint({ endpoint, region, signingService }: Settings): void {
  try {
    readEndpoint(endpoint, region, signingService);
  } catch (error) {
    throw explainError(error, 'The provider cannot be configured', {
      endpoint_invalid: 'endpoint',
      region_unknown: 'region',
    });
  }
}

function checkProxy(environment: NodeJS.ProcessEnv): void {
  try {
    findProxy('https', environment);
    findProxy('http', environment);
  } catch (error) {
    throw explainError(error, 'The provider cannot be configured');
  }
}

function clientOptions(
  { endpoint, region, signingService, timeout, maxRetries }: Settings,
  credentials: TokenClientOptions['credentials'],
  environment: NodeJS.ProcessEnv,
): TokenClientOptions {
  return { endpoint, region, signingService, timeout, maxRetries, credentials, environment };
}

async function openTokens(options: TokenClientOptions): Promise<TokenClient> {
  const { TokenClient } = await import('../../client/token-client.ts');
  return new TokenClient(options);
}

async function openRegistry(options: TokenClientOptions): Promise<RegistryClient> {
  const { RegistryClient } = await import('../../client/registry-client.ts');
  return new RegistryClient(options);
}

function missingEndpoint(): unknown {
  return explainError(new TokenVendingError('endpoint_invalid'), 'No endpoint is configured');
}
