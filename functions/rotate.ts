import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { signRequest } from '../client/sigv4-signer.ts';
import { AuditChain } from '../lib/audit/chain.ts';
import { openAuditFiles } from '../lib/audit/file-store.ts';
import { openAuditBucket } from '../lib/audit/s3-store.ts';
import type { DocumentOptions } from '../lib/credential/document.ts';
import { openProfiles } from '../lib/credential/profile-files.ts';
import { Profiles } from '../lib/credential/profiles.ts';
import { openSecretsManager } from '../lib/credential/secrets-manager.ts';
import { VendError } from '../lib/errors/vend-error.ts';
import { Grants } from '../lib/grant/grants.ts';
import { openJoseVerifier } from '../lib/grant/jose.ts';
import { openOpenidClient } from '../lib/grant/openid-client.ts';
import { openHttpsTransport } from '../lib/http/https-transport.ts';
import { printLine } from '../lib/metrics/print-line.ts';
import { reportError } from '../lib/metrics/report-error.ts';
import type { AwsSigner } from '../lib/rotation/admin-access.ts';
import { VendedAdminTokens } from '../lib/rotation/admin-tokens.ts';
import { OverlapSweep, type SweepReport } from '../lib/rotation/overlap-sweep.ts';
import { Rotation, type RotationPorts, type StepReport } from '../lib/rotation/rotation.ts';
import { parseRotationConfig } from '../lib/rotation/rotation-config.ts';
import { isSweep } from '../lib/rotation/rotation-event.ts';
import { openRotationSecrets } from '../lib/rotation/secrets-manager-rotation.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { VERSION } from '../lib/version.ts';
import { shipped as profiles } from '../profiles/shipped.ts';
import { shipped as recipes } from '../recipes/shipped.ts';
import { defaultProvider } from '../runtime/environment-credentials.ts';
import { openFunctionAssertions } from './aws-assertions.ts';

const config = parseRotationConfig(process.env);
const urls = { allowLoopbackHttp: config.local };
const reading: DocumentOptions = { ...urls, profiles: readProfiles() };
const transport = openHttpsTransport();
const grants = new Grants({
  clock: systemClock,
  server: openOpenidClient(transport, openFunctionAssertions()),
  verifier: openJoseVerifier(transport),
  urls,
});
const audit = new AuditChain(
  config.audit.kind === 'file'
    ? openAuditFiles(config.audit.directory)
    : openAuditBucket({ ...config.audit, pathStyle: config.local }),
  systemClock,
  {
    region: process.env['AWS_REGION'] ?? 'unknown',
    productVersion: VERSION,
    echo: printLine,
  },
);
const signer: AwsSigner = {
  sign: async ({ url, method, headers, body, service, region }) => {
    const credentials = await defaultProvider()();
    const request = { method, path: url.pathname, headers, body };
    const endpoint = { url: url.origin, region, service };
    return await signRequest(request, endpoint, credentials, new Date());
  },
};
const store = openSecretsManager(config.secretPrefix, { maxAttempts: 3 });
const ports: RotationPorts = {
  clock: systemClock,
  secrets: openRotationSecrets({ maxAttempts: 3 }),
  grants,
  audit,
  warn: (message) => printLine(JSON.stringify({ level: 'WARN', message })),
  transport,
  adminTokens: new VendedAdminTokens(store, grants, reading),
  signer,
  urls,
  reading,
};
const options = { recipes, secretPrefix: config.secretPrefix };
const rotation = new Rotation(ports, options);
const overlaps = new OverlapSweep(ports, options);

// Each chain begins with it.
await audit.append({
  kind: 'process-start',
  functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'] ?? 'unknown',
  // No policy decides: Secrets Manager and the rule of the stack alone may invoke this function.
  policyVersion: 'none',
  configurationDigest: config.digest,
});

/**
 * One step of a rotation, as Secrets Manager invokes it, or the removal of old secrets, as the hourly
 * rule does. If a step fails, it throws, and Secrets Manager reports the rotation as failed.
 */
export async function handler(
  event: unknown,
  { awsRequestId: requestId }: { readonly awsRequestId: string },
): Promise<StepReport | SweepReport> {
  try {
    const report = isSweep(event) ? await overlaps.run() : await rotation.run(event);
    printLine(JSON.stringify({ level: 'INFO', message: 'rotation', ...report }));
    return report;
  } catch (thrown) {
    const error = VendError.from(thrown);
    reportError(error, { requestId });
    // Without the cause, which Lambda would log.
    throw new Error(`${error.message} ${error.advice} (${error.code})`);
  }
}

function readProfiles(): Profiles {
  const directory = config.profiles || path.join(import.meta.dirname, 'profiles');
  return config.profiles === '' && !existsSync(directory)
    ? new Profiles(profiles)
    : openProfiles(profiles, directory, urls);
}
