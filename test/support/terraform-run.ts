import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleProvider } from '../../tools/bundle-provider.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { releaseThin, Terraform } from './terraform.ts';
import type { TestSystem } from './test-system.ts';

/** The provider `tokenvending` as `terraform init` finds it. */
export async function releaseTokenVending(): Promise<Release> {
  return await releaseProvider('tokenvending');
}

/** A provider of this repository as `terraform init` finds it. */
export async function releaseProvider(name: string): Promise<Release> {
  const outdir = await mkdtemp(path.join(tmpdir(), `${name}-`));
  try {
    return await releaseThin(await bundleProvider({ name, outdir }));
  } finally {
    await rm(outdir, { recursive: true });
  }
}

const REQUIRED = (releases: readonly Release[]) => `
terraform {
  required_providers {
${releases.map(({ name }) => `    ${name} = { source = "token-vending/${name}" }`).join('\n')}
  }
}
`;

/** A directory in which a caller of the system runs Terraform. It is initialized. */
export async function openTerraform(
  system: TestSystem,
  caller: string,
  { releases, configuration }: { releases: readonly Release[]; configuration: string },
): Promise<Terraform> {
  // The provider needs no service of AWS but the endpoint.
  const { AWS_ENDPOINT_URL_SECRETS_MANAGER: _, ...environment } = environmentOf(system, caller);
  const terraform = await Terraform.open(releases, environment);
  await terraform.write({ 'versions.tf': REQUIRED(releases), 'main.tf': configuration });
  await terraform.succeed(['init']);
  return terraform;
}

/** The environment of a CI job of this caller. */
export function environmentOf(system: TestSystem, name: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = system.caller(name);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    AWS_REGION: system.region,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: system.secretsManager.url,
    TOKEN_VENDING_ENDPOINT: system.endpoint,
    TOKEN_VENDING_LOCAL: 'true',
  };
}
