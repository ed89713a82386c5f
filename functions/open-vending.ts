import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { openCedar } from '../lib/access/cedar/engine.ts';
import { readPolicySet } from '../lib/access/cedar/inspect-policies.ts';
import { openCedarPolicy, rehearseDecision } from '../lib/access/cedar/policy.ts';
import { reloadPolicy } from '../lib/access/cedar/reload.ts';
import type { AccessPolicy } from '../lib/access/policy.ts';
import { AuditChain } from '../lib/audit/chain.ts';
import type { AuditStore } from '../lib/audit/store.ts';
import { Profiles } from '../lib/credential/profiles.ts';
import { openSecretsManager } from '../lib/credential/secrets-manager.ts';
import type { ClientAssertions } from '../lib/grant/client-assertions.ts';
import { openJoseVerifier } from '../lib/grant/jose.ts';
import { openOpenidClient } from '../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../lib/http/https-transport.ts';
import { openEmfMetrics } from '../lib/metrics/emf.ts';
import { printLine } from '../lib/metrics/print-line.ts';
import { reportError, reportPolicyReload } from '../lib/metrics/report-error.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import type { FunctionConfig } from '../lib/vending/config.ts';
import { createVending, type Vending } from '../lib/vending/vending.ts';
import { VERSION } from '../lib/version.ts';
import { shipped } from '../profiles/shipped.ts';
import { findSealedPolicySet } from '../runtime/sealed-policies.ts';

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

function openPolicy({ policies, local }: FunctionConfig, root: string): AccessPolicy {
  const directory = policies || path.join(root, 'policies');
  const schemaFile = path.join(root, 'policies/token-vending.cedarschema');
  const cedar = openCedar(path.join(root, 'cedar_wasm_bg.wasm'));
  const files = { schemaFile, directory };
  const open = () => {
    const set = findSealedPolicySet(cedar, files) ?? readPolicySet(cedar, files);
    const policy = openCedarPolicy(cedar, set);
    rehearseDecision(cedar, set);
    return policy;
  };
  return local ? reloadPolicy(open, directory, reportPolicyReload) : open();
}

// Most deployments have no profiles of their own, so reading them is its own chunk.
async function openOwnProfiles({ profiles, local }: FunctionConfig, root: string) {
  const directory = profiles || path.join(root, 'profiles');
  if (profiles === '' && !existsSync(directory)) return new Profiles(shipped);
  const { openProfiles } = await import('../lib/credential/profile-files.ts');
  return openProfiles(shipped, directory, { allowLoopbackHttp: local });
}

// Most documents contain their key or secret, so what signs for the others is its own chunk.
function openAssertionsLater(): ClientAssertions {
  let opened: Promise<ClientAssertions> | undefined;
  const open = async () => (await import('./aws-assertions.ts')).openFunctionAssertions();
  return {
    async issue(request) {
      opened ??= open();
      return await (await opened).issue(request);
    },
  };
}

// Each store is its own chunk, so that a process loads either the S3 client or the file store.
async function openAuditStore({ audit, local }: FunctionConfig): Promise<AuditStore> {
  if (audit.kind === 'file') {
    const { openAuditFiles } = await import('../lib/audit/file-store.ts');
    return openAuditFiles(audit.directory);
  }
  const { openAuditBucket } = await import('../lib/audit/s3-store.ts');
  return openAuditBucket({ ...audit, pathStyle: local });
}
