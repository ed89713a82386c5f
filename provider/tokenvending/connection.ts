import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { toSdkIdentity } from '../../client/aws-credentials.ts';
import { openExchange } from '../../client/exchange.ts';
import type { AwsCredentials } from '../../client/sigv4-signer.ts';
import { TokenClient } from '../../client/token-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { openAwsIdentity } from '../configuration/aws-identity.ts';
import { readCaBundle, trustCertificates } from '../configuration/trusted-certificates.ts';
import { Fault } from '../framework/diagnostics/fault.ts';
import { pathOf } from '../framework/values/path.ts';
import { explainFailure } from './failure.ts';
import type { Settings } from './settings.ts';

/** What the operations of the provider work with. */
export interface Connection {
  readonly settings: Settings;
  /**
   * Answers one client for all of a run, which shares and keeps tokens.
   *
   * @throws Fault `endpoint_invalid` where no endpoint is configured
   */
  readonly tokens: () => TokenClient;
  /** Secrets Manager, with the operator's own rights. Loaded when first needed. */
  readonly secrets: () => Promise<SecretsManagerClient>;
  /** Tokens to revoke when the run ends, by vend id. They must not stand in the lease, which Terraform holds. */
  readonly toRevoke: Map<string, { readonly credential: string; readonly token: string }>;
}

/**
 * Makes the connection without using it: plans work without the network.
 *
 * @throws Fault at `endpoint`, `region` or `ca_bundle`
 */
export function connect(settings: Settings, environment: NodeJS.ProcessEnv): Connection {
  const bundle = settings.caBundle === undefined ? undefined : readCaBundle(settings.caBundle);
  const credentials = openAwsIdentity(settings, () => trustCertificates(bundle));
  const client =
    settings.endpoint === undefined ? undefined : open(settings, credentials, environment);
  let secrets: Promise<SecretsManagerClient> | undefined;
  return {
    settings,
    tokens: () => client ?? missingEndpoint(),
    secrets: () => {
      secrets ??= openSecrets(settings, credentials);
      return secrets;
    },
    toRevoke: new Map(),
  };
}

function open(
  { endpoint, region, timeout, maxRetries }: Settings,
  credentials: () => Promise<AwsCredentials>,
  environment: NodeJS.ProcessEnv,
): TokenClient {
  try {
    const exchange = openExchange(environment);
    return new TokenClient({ endpoint, region, timeout, maxRetries, credentials, exchange });
  } catch (error) {
    throw explainFailure(error, 'The provider cannot be configured', {
      endpoint_invalid: 'endpoint',
      region_unknown: 'region',
    });
  }
}

function missingEndpoint(): never {
  throw explainFailure(new TokenVendingError('endpoint_invalid'), 'No endpoint is configured');
}

async function openSecrets(
  { region }: Settings,
  credentials: () => Promise<AwsCredentials>,
): Promise<SecretsManagerClient> {
  if (region === undefined) {
    throw new Fault({
      summary: 'The AWS region of the secrets is not known',
      detail: 'Set region in the block of provider "tokenvending", or AWS_REGION.',
      path: pathOf('credential'),
    });
  }
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const identity = async () => toSdkIdentity(await credentials());
  return new SecretsManagerClient({ region, credentials: identity, maxAttempts: 5 });
}
