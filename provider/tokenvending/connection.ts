import { proxied, toSdkIdentity } from '../../client/aws-credentials.ts';
import { readEndpoint } from '../../client/endpoint.ts';
import { findProxy } from '../../client/proxy.ts';
import type { AwsCredentials } from '../../client/sigv4-signer.ts';
import type { TokenClient } from '../../client/token-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { OperatorSecrets } from '../../lib/credential/operator-secrets.ts';
import { systemClock } from '../../lib/time/system-clock.ts';
import { openAwsIdentity } from '../configuration/aws-identity.ts';
import { readCaBundle, trustCertificates } from '../configuration/trusted-certificates.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import { pathOf } from '../framework/values/path.ts';
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
  /** Secrets Manager, with the permissions of the operator. */
  readonly secrets: (signal: AbortSignal) => Promise<OperatorSecrets>;
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
  let tokens: Promise<TokenClient> | undefined;
  return {
    settings,
    tokens: async () => {
      if (settings.endpoint === undefined) throw missingEndpoint();
      tokens ??= openTokens(settings, credentials, environment);
      return await tokens;
    },
    secrets: (signal) => openSecrets(settings, credentials, signal),
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

async function openTokens(
  settings: Settings,
  credentials: () => Promise<AwsCredentials>,
  environment: NodeJS.ProcessEnv,
): Promise<TokenClient> {
  const { TokenClient } = await import('../../client/token-client.ts');
  const { endpoint, region, signingService, timeout, maxRetries } = settings;
  return new TokenClient({
    endpoint,
    region,
    signingService,
    timeout,
    maxRetries,
    credentials,
    environment,
  });
}

function missingEndpoint(): unknown {
  return explainError(new TokenVendingError('endpoint_invalid'), 'No endpoint is configured');
}

async function openSecrets(
  { region }: Settings,
  credentials: () => Promise<AwsCredentials>,
  signal: AbortSignal,
): Promise<OperatorSecrets> {
  if (region === undefined) {
    throw new DiagnosticError({
      summary: 'The AWS region of the secrets is not known',
      detail: 'Set region in the block of provider "tokenvending", or AWS_REGION.',
      path: pathOf('credential'),
    });
  }
  const identity = async () => toSdkIdentity(await credentials());
  const config = { region, credentials: identity, maxAttempts: 5, ...proxied() };
  return await OperatorSecrets.open(config, signal, systemClock);
}
