import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { TERRAFORM_VERSION_TIMEOUT } from '../../lib/time/time-budget.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, notRun, passed } from './finding.ts';

const execute = promisify(execFile);
const OUR_PROVIDERS = /\/(tokenvending|hiiretail)$/;

// https://developer.hashicorp.com/terraform/cli/commands/version
const versions = v.object({
  terraform_version: v.string(),
  provider_selections: v.optional(v.record(v.string(), v.string()), {}),
});

/**
 * Shows which Terraform is on the PATH and which of our providers the working directory has. It
 * never fails, because not everybody uses Terraform.
 */
export async function checkTerraform({ subject }: Evidence): Promise<Finding> {
  const { environment, signal } = subject;
  try {
    const { stdout } = await execute('terraform', ['version', '-json'], {
      // Else Terraform asks checkpoint-api.hashicorp.com for newer versions.
      env: { ...environment, CHECKPOINT_DISABLE: '1' },
      timeout: TERRAFORM_VERSION_TIMEOUT,
      signal,
    });
    return passed(describe(v.parse(versions, JSON.parse(stdout))));
  } catch (error) {
    signal.throwIfAborted();
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return notRun(absent ? 'no terraform on the PATH' : 'terraform does not print its version');
  }
}

function describe({
  terraform_version,
  provider_selections,
}: v.InferOutput<typeof versions>): string {
  const ours = Object.entries(provider_selections)
    .filter(([address]) => OUR_PROVIDERS.test(address))
    .map(([address, version]) => `${address} ${version}`);
  const [major = 0, minor = 0] = terraform_version.split('.').map(Number);
  const old = major < 1 || (major === 1 && minor < 10);
  return [
    `${terraform_version}${old ? ' (ephemeral resources need 1.10)' : ''}`,
    ...(ours.length > 0 ? ours : ['no provider of token-vending in this directory']),
  ].join(', ');
}
