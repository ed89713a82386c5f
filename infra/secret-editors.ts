import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct, IDependable } from 'constructs';
import type { AssertionSigner } from './assertion-key.ts';
import { registryName, rotationName } from './function-names.ts';
import { type AuditAccess, createLambdaRole, functionArnOf, roleNameOf } from './function-role.ts';
import type { ReplicaKey } from './regions.ts';
import { Registry } from './registry.ts';
import { Rotation } from './rotation.ts';
import type { FunctionReaders } from './secret-readers.ts';
import type { Settings } from './token-vending-props.ts';

/** The roles of the functions that write secrets. */
export interface EditorRoles {
  readonly registry: Role;
  readonly rotation: Role;
}

/** Creates the roles without permissions, because keys and buckets name them. */
export function createEditorRoles(scope: Construct, name: string): EditorRoles {
  return {
    registry: createLambdaRole(scope, 'RegistryRole', roleNameOf(scope, name, 'registry')),
    rotation: createLambdaRole(scope, 'RotateRole', roleNameOf(scope, name, 'rotate')),
  };
}

/** The functions as signers of assertions: they test credentials by real grants. */
export function testersOf(scope: Construct, name: string, roles: EditorRoles): AssertionSigner[] {
  return [
    { role: roles.registry, functionArn: functionArnOf(scope, registryName(name)) },
    { role: roles.rotation, functionArn: functionArnOf(scope, rotationName(name)) },
  ];
}

export interface SecretEditorsProps {
  readonly deployment: Settings;
  readonly roles: EditorRoles;
  /** Roles of the functions that read secrets. */
  readonly readers: FunctionReaders;
  /** As of `Registry`. */
  readonly otherReaders: readonly string[];
  readonly secretsKey: IKey;
  /** As of `Registry`. */
  readonly replicaKeys: readonly ReplicaKey[];
  readonly audit: Pick<AuditAccess, 'bucket' | 'key'>;
  readonly logsKey: IKey;
  /** As of `Registry`. */
  readonly apiLogging: IDependable | undefined;
}

/** Creates the functions that write secrets: the registry, and the rotation that it starts. */
export function createSecretEditors(scope: Construct, props: SecretEditorsProps): Registry {
  const { deployment, roles, readers, otherReaders, apiLogging, ...rest } = props;
  const shared = { deployment, ...rest };
  const rotation = new Rotation(scope, 'Rotation', {
    ...shared,
    role: roles.rotation,
    starter: roles.registry,
  });
  return new Registry(scope, 'Registry', {
    ...shared,
    role: roles.registry,
    readers,
    otherReaders,
    rotation: rotation.function,
    apiLogging,
  });
}
