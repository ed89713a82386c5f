import { Lazy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { SecretReaders } from '../lib/credential/resource-policy.ts';
import type { EditorRoles } from './secret-editors.ts';

/** The functions that read secrets, as of {@link SecretReaders}. */
export type FunctionReaders = Omit<SecretReaders, 'others'>;

/** @param editors absent without a registry */
export function functionReaders(vending: IRole, editors: EditorRoles | undefined): FunctionReaders {
  return {
    vending: [vending.roleArn],
    registry: editors === undefined ? [] : [editors.registry.roleArn],
    rotation: editors === undefined ? [] : [editors.rotation.roleArn],
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
