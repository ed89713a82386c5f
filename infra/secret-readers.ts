import { Lazy, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SecretReaders } from '../lib/credential/resource-policy.ts';
import { roleNameIn } from './function-role.ts';
import type { EditorRoles } from './secret-editors.ts';

/** The functions that read secrets, as of {@link SecretReaders}. */
export type FunctionReaders = Omit<SecretReaders, 'others'>;

export interface FunctionRoles {
  /** Name of the deployment. */
  readonly name: string;
  readonly vending: IRole;
  /** Absent without a registry. */
  readonly editors: EditorRoles | undefined;
  /** The other Regions of the deployment. */
  readonly otherRegions: readonly string[];
}

/**
 * The roles of the functions in each Region. Those of the registry and the rotation in other Regions
 * count before they exist: one of these Regions may take over, and then nobody can change the
 * resource policies of secrets in this one.
 */
export function functionReaders(
  scope: Construct,
  { name, vending, editors, otherRegions }: FunctionRoles,
): FunctionReaders {
  const elsewhere = (suffix: string) =>
    otherRegions.map((region) =>
      Stack.of(scope).formatArn({
        service: 'iam',
        region: '',
        resource: 'role',
        resourceName: roleNameIn(region, name, suffix),
      }),
    );
  const own = (role: IRole | undefined) => (role === undefined ? [] : [role.roleArn]);
  return {
    vending: [vending.roleArn, ...elsewhere('function')],
    registry: [...own(editors?.registry), ...elsewhere('registry')],
    rotation: [...own(editors?.rotation), ...elsewhere('rotate')],
  };
}

/**
 * The variables by which the registry knows who may read the secrets that it creates.
 *
 * @param others ARNs of other roles; those that are added until synthesis count
 */
export function readerVariables(
  { vending, registry, rotation }: FunctionReaders,
  others: readonly string[],
): Record<string, string> {
  return {
    TOKEN_VENDING_VENDING_ROLES: vending.join(' '),
    TOKEN_VENDING_REGISTRY_ROLES: registry.join(' '),
    TOKEN_VENDING_ROTATION_ROLES: rotation.join(' '),
    TOKEN_VENDING_READER_ROLES: Lazy.string({
      produce: () => (others.length === 0 ? undefined : [...new Set(others)].join(' ')),
    }),
  };
}
