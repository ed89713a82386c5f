import { existsSync } from 'node:fs';
import path from 'node:path';
import { openCedar } from '../lib/access/cedar/engine.ts';
import { readPolicySet } from '../lib/access/cedar/inspect-policies.ts';
import { openCedarPolicy, rehearseDecision } from '../lib/access/cedar/policy.ts';
import { reloadPolicy } from '../lib/access/cedar/reload.ts';
import type { AccessPolicy } from '../lib/access/policy.ts';
import type { AuditStore } from '../lib/audit/store.ts';
import { Profiles } from '../lib/credential/profiles.ts';
import type { ClientAssertions } from '../lib/grant/client-assertions.ts';
import { reportPolicyReload } from '../lib/metrics/report-error.ts';
import type { EndpointConfig } from '../lib/vending/function-variables.ts';
import { shipped } from '../profiles/shipped.ts';
import { findSealedPolicySet } from '../runtime/sealed-policies.ts';

/** The policies beside the bundle, or of the directory that the configuration names. */
export function openPolicy({ policies, local }: EndpointConfig, root: string): AccessPolicy {
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
export async function openOwnProfiles({ profiles, local }: EndpointConfig, root: string) {
  const directory = profiles || path.join(root, 'profiles');
  if (profiles === '' && !existsSync(directory)) return new Profiles(shipped);
  const { openProfiles } = await import('../lib/credential/profile-files.ts');
  return openProfiles(shipped, directory, { allowLoopbackHttp: local });
}

// Most documents contain their key or secret, so what signs for the others is its own chunk.
export function openAssertionsLater(): ClientAssertions {
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
export async function openAuditStore({ audit, local }: EndpointConfig): Promise<AuditStore> {
  if (audit.kind === 'file') {
    const { openAuditFiles } = await import('../lib/audit/file-store.ts');
    return openAuditFiles(audit.directory);
  }
  const { openAuditBucket } = await import('../lib/audit/s3-store.ts');
  return openAuditBucket({ ...audit, pathStyle: local });
}
