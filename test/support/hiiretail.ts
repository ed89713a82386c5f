import { LOCAL_TENANT } from '../../local/iam-api.ts';
import type { IamTenant } from '../../local/iam-api-store.ts';
import { readDocument } from '../../local/seed.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { Terraform } from './terraform.ts';
import { environmentOf } from './terraform-run.ts';
import type { TestSystem } from './test-system.ts';

export const CREDENTIAL = 'checkout/hiiretail-iam';

export type Mode = 'vended' | 'direct';

/** The environment of a CI job in each mode. */
export function hiiretailEnvironment(system: TestSystem, mode: Mode): Record<string, string> {
  const common = {
    HIIRETAIL_BASE_URL: system.iamApi.url,
    HIIRETAIL_TENANT_ID: LOCAL_TENANT,
  };
  if (mode === 'vended') {
    return {
      ...common,
      ...environmentOf(system, 'ci-checkout'),
      TOKEN_VENDING_CREDENTIAL: CREDENTIAL,
    };
  }
  const document = readDocument(system.secretsManager.store, CREDENTIAL);
  return {
    ...common,
    HIIRETAIL_CLIENT_ID: String(document['client_id']),
    HIIRETAIL_CLIENT_SECRET: String(document['client_secret']),
    HIIRETAIL_ISSUER: system.authorizationServer.issuer,
  };
}

/** A directory with the provider installed, in which Terraform runs against the local system. */
export async function openHiiRetail(
  release: Release,
  environment: Record<string, string>,
  configuration: string,
  ...others: readonly Release[]
): Promise<Terraform> {
  const releases = [release, ...others];
  const terraform = await Terraform.open(releases, environment);
  const versions = `terraform {
  required_providers {
${releases.map(({ name }) => `    ${name} = { source = "token-vending/${name}" }`).join('\n')}
  }
}
`;
  await terraform.write({ 'versions.tf': versions, 'main.tf': configuration });
  await terraform.succeed(['init']);
  return terraform;
}

/** The tenant that the local IAM API serves. */
export function tenantOf(system: TestSystem): IamTenant {
  return system.iamApi.tenants.get(LOCAL_TENANT) as IamTenant;
}

/** The number of requests to the API, by method and end of the path. */
export function callsOf(system: TestSystem, method: string, path: RegExp): number {
  return system.iamApi.requests.filter((one) => one.method === method && path.test(one.path))
    .length;
}
