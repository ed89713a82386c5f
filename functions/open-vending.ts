import { hash } from 'node:crypto';
import process from 'node:process';
import { AuditChain } from '../lib/audit/chain.ts';
import { openSecretsManager } from '../lib/credential/secrets-manager.ts';
import { openJoseVerifier } from '../lib/grant/jose.ts';
import { openOpenidClient } from '../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../lib/http/https-transport.ts';
import { openEmfMetrics } from '../lib/metrics/emf.ts';
import { printLine } from '../lib/metrics/print-line.ts';
import { reportError } from '../lib/metrics/report-error.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import type { FunctionConfig } from '../lib/vending/config.ts';
import { createVending, type Vending } from '../lib/vending/vending.ts';
import { VERSION } from '../lib/version.ts';
import {
  openAssertionsLater,
  openAuditStore,
  openOwnProfiles,
  openPolicy,
} from './endpoint-parts.ts';

/**
 * Composition root: the core with its real adapters.
 *
 * @param environment of the process, for what Lambda states about it
 * @param root directory of the bundle, with its policies and the profiles of its deployment
 * @throws VendError `config_invalid`; the function then does not start
 */
export async function openVending(
  config: FunctionConfig,
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): Promise<Vending> {
  // A burst of requests must not use up the file descriptors of the process.
  const transport = openHttpsTransport({ maxSockets: 64 });
  const policy = openPolicy(config, root);
  const profiles = await openOwnProfiles(config, root);
  const chain = new AuditChain(await openAuditStore(config), systemClock, {
    region: environment['AWS_REGION'] ?? 'unknown',
    productVersion: VERSION,
    echo: printLine,
  });
  const metrics = openEmfMetrics(config.name, printLine);
  const vending = createVending(
    {
      clock: systemClock,
      // Not node:perf_hooks: loading it takes 4 ms of each cold start.
      stopwatch: () => Number(process.hrtime.bigint()) / 1e6,
      policy,
      audit: chain,
      metrics,
      store: openSecretsManager(config.secretPrefix, { maxAttempts: 3 }),
      server: openOpenidClient(transport, openAssertionsLater()),
      verifier: openJoseVerifier(transport),
      reportError,
    },
    {
      urls: { allowLoopbackHttp: config.local },
      profiles,
      listCredentials: config.listCredentials,
      registryUrl: config.registryUrl,
      budgets: config.budgets,
      troubleshootingUrl: config.troubleshootingUrl,
    },
  );
  await vending.recorder.append({
    kind: 'process-start',
    functionVersion: environment['AWS_LAMBDA_FUNCTION_VERSION'] ?? 'unknown',
    policyVersion: policy.version,
    configurationDigest: hash('sha256', `${config.digest} ${profiles.digest}`, 'hex'),
  });
  return vending;
}
