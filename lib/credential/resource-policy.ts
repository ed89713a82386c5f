import { REGISTRY_STAGES } from './registry-statements.ts';
import { ROTATION_STAGES } from './rotation-statements.ts';
import { VENDING_STAGES } from './secrets-manager-statements.ts';

/** A statement of a resource policy that denies. */
interface DenyStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: { readonly AWS: '*' };
  readonly Action: readonly string[];
  readonly Resource: '*';
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface ResourcePolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly DenyStatement[];
}

/** The roles that may read a secret, by ARN. A deployment has roles in each of its Regions. */
export interface SecretReaders {
  /** Of the vending functions. They may read the current and the previous version. */
  readonly vending: readonly string[];
  /** Of the registry. It may read the current version. */
  readonly registry: readonly string[];
  /** Of the rotation. It may read the versions of a rotation. */
  readonly rotation: readonly string[];
  /** Other roles. They may read every version. */
  readonly others: readonly string[];
}

/**
 * The resource policy of a secret. Explicit denials, so that no identity policy, not even that of an
 * administrator, permits reading a client secret, and none that is added to the role of a function
 * permits it other versions. A request that names no stage, such as one by version id, is denied to
 * the functions.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export function readersOnly(readers: SecretReaders): ResourcePolicy {
  const { vending, registry, rotation, others } = readers;
  return {
    Version: '2012-10-17',
    Statement: [
      deny('DenyOtherReaders', {
        ArnNotEquals: { 'aws:PrincipalArn': [...vending, ...registry, ...rotation, ...others] },
      }),
      ...denyOtherStages('DenyOtherVersionsToVending', vending, VENDING_STAGES),
      ...denyOtherStages('DenyOtherVersionsToRegistry', registry, REGISTRY_STAGES),
      ...denyOtherStages('DenyOtherVersionsToRotation', rotation, ROTATION_STAGES),
    ],
  };
}

function denyOtherStages(
  sid: string,
  roles: readonly string[],
  stages: readonly string[],
): DenyStatement[] {
  if (roles.length === 0) return [];
  return [
    deny(sid, {
      ArnEquals: { 'aws:PrincipalArn': roles },
      StringNotEquals: { 'secretsmanager:VersionStage': stages },
    }),
  ];
}

function deny(Sid: string, Condition: DenyStatement['Condition']): DenyStatement {
  return {
    Sid,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
    Resource: '*',
    Condition,
  };
}
