import { hash } from 'node:crypto';
import process from 'node:process';
import { AuditChain } from '../lib/audit/chain.ts';
import { openSecretsApi } from '../lib/credential/secrets-manager-api.ts';
import { openJoseVerifier } from '../lib/grant/jose.ts';
import { openOpenidClient } from '../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../lib/http/https-transport.ts';
import { openEmfMetrics } from '../lib/metrics/emf.ts';
import { printLine } from '../lib/metrics/print-line.ts';
import { reportError } from '../lib/metrics/report-error.ts';
import type { RegistryConfig } from '../lib/registry/config.ts';
import { createRegistry, type Registry } from '../lib/registry/registry.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import type { Environment } from '../lib/vending/function-variables.ts';
import { VERSION } from '../lib/version.ts';
import { shipped as recipes } from '../recipes/shipped.ts';
import {
  openAssertionsLater,
  openAuditStore,
  openOwnProfiles,
  openPolicy,
} from './endpoint-parts.ts';

/**
 * Composition root: the registry with its real adapters.
 *
 * @param environment of the process, for what Lambda states about it
 * @param root directory of the bundle, with its policies and the profiles of its deployment
 * @throws VendError `config_invalid`; the function then does not start
 */
export async function openRegistry(
  config: RegistryConfig,
  environment: Environment,
  root: string,
): Promise<Registry> {
  const transport = openHttpsTransport({ maxSockets: 64 });
  const policy = openPolicy(config, root);
  const profiles = await openOwnProfiles(config, root);
  const registry = createRegistry(
    {
      clock: systemClock,
      stopwatch: () => Number(process.hrtime.bigint()) / 1e6,
      policy,
      audit: new AuditChain(await openAuditStore(config), systemClock, {
        region: environment['AWS_REGION'] ?? 'unknown',
        productVersion: VERSION,
        echo: printLine,
      }),
      metrics: openEmfMetrics(config.name, printLine),
      secrets: openSecretsApi({ maxAttempts: 3 }),
      server: openOpenidClient(transport, openAssertionsLater()),
      verifier: openJoseVerifier(transport),
      reportError,
    },
    {
      settings: {
        prefix: config.secretPrefix,
        kmsKeyId: config.kmsKeyId,
        deployment: config.name,
        readers: config.readers,
        replicas: config.replicas,
      },
      reading: { allowLoopbackHttp: config.local, profiles },
      recipes,
      rotationFunction: config.rotationFunction,
      overlaps: config.overlaps,
      budgets: config.budgets,
      troubleshootingUrl: config.troubleshootingUrl,
    },
  );
  await registry.recorder.append({
    kind: 'process-start',
    functionVersion: environment['AWS_LAMBDA_FUNCTION_VERSION'] ?? 'unknown',
    policyVersion: policy.version,
    configurationDigest: hash('sha256', `${config.digest} ${profiles.digest}`, 'hex'),
  });
  return registry;
}
