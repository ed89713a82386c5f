import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ConfigurationError } from './configuration-error.ts';

/** Where a deployment has stacks besides this one. */
export interface RegionSettings {
  readonly replicaRegions?: readonly string[] | undefined;
  readonly primaryRegion?: { readonly secretsKey: string } | undefined;
}

/**
 * The other Regions of the deployment.
 *
 * @throws ConfigurationError if one of them is the Region of this stack
 */
export function otherRegionsOf(
  scope: Construct,
  { replicaRegions = [], primaryRegion }: RegionSettings,
): string[] {
  const primary = primaryRegion === undefined ? [] : [regionOf(primaryRegion.secretsKey)];
  const others = [...new Set([...primary, ...replicaRegions])];
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region) && others.includes(region))
    throw new ConfigurationError(
      `replicaRegions, primaryRegion: ${region} is the Region of this stack; name other Regions.`,
    );
  return others;
}

function regionOf(arn: string): string {
  const [, , , region = ''] = arn.split(':');
  return region;
}

/** The copy of a multi-Region key in another Region. It has the same id. */
export interface ReplicaKey {
  readonly region: string;
  readonly arn: string;
}

export function replicaKeysOf(
  scope: Construct,
  key: IKey,
  regions: readonly string[],
): ReplicaKey[] {
  return regions.map((region) => ({
    region,
    arn: Stack.of(scope).formatArn({
      service: 'kms',
      region,
      resource: 'key',
      resourceName: key.keyId,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  }));
}
