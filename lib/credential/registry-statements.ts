import { calledBy, type IamStatement } from './secrets-manager-statements.ts';

/** The stages by which the registry reads a secret. */
export const REGISTRY_STAGES = ['AWSCURRENT'];

export interface RegistryScope {
  /** ARN pattern of every secret below the prefix. */
  readonly secrets: string;
  /** ARN of the registry function, without a qualifier. */
  readonly functionArn: string;
  /** ARN of the key of new secrets. */
  readonly key: string;
  /** ARN of the function that rotates. */
  readonly rotationFunction: string;
  /** Regions to which secrets are copied; default: none. */
  readonly replicaRegions?: readonly string[];
}

type Permit = (
  Sid: string,
  Action: string | string[],
  more?: IamStatement['Condition'],
) => IamStatement;

const TAGS = ['token-vending:deployment', 'token-vending:team'];

/**
 * The permissions of the registry's role in Secrets Manager: read the current version, write, and
 * schedule deletions and rotations. It may create a secret under one key only, may let only one
 * function rotate, and may delete nothing for good.
 *
 * The condition keys are those of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function registryStatements(scope: RegistryScope): IamStatement[] {
  const calledHere = calledBy(scope.functionArn);
  const permit: Permit = (Sid, Action, more = {}) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource: scope.secrets,
    Condition: { ...calledHere, ...more },
  });
  return [
    permit('ReadCurrentCredentials', 'secretsmanager:GetSecretValue', {
      StringEquals: { 'secretsmanager:VersionStage': REGISTRY_STAGES },
    }),
    permit('CreateCredentials', 'secretsmanager:CreateSecret', {
      ArnEquals: { 'secretsmanager:KmsKeyArn': scope.key },
      Null: { 'secretsmanager:AddReplicaRegions': 'true' },
    }),
    // CreateSecret needs it for its tags.
    permit('TagCredentials', 'secretsmanager:TagResource', {
      'ForAllValues:StringEquals': { 'aws:TagKeys': TAGS },
    }),
    permit('CloseCredentials', 'secretsmanager:PutResourcePolicy', {
      Bool: { 'secretsmanager:BlockPublicPolicy': 'true' },
    }),
    permit('ChangeCredentials', [
      'secretsmanager:CancelRotateSecret',
      'secretsmanager:DescribeSecret',
      'secretsmanager:ListSecretVersionIds',
      'secretsmanager:PutSecretValue',
      'secretsmanager:RestoreSecret',
      'secretsmanager:UpdateSecretVersionStage',
    ]),
    permit('DeleteCredentials', 'secretsmanager:DeleteSecret', {
      BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' },
    }),
    permit('RotateCredentials', 'secretsmanager:RotateSecret', {
      ArnEquals: { 'secretsmanager:RotationLambdaARN': scope.rotationFunction },
    }),
    ...replicating(permit, scope.replicaRegions ?? []),
  ];
}

// It copies to these Regions only, and never over another secret: a copy that became a secret of its
// own while this Region was away is newer.
function replicating(permit: Permit, regions: readonly string[]): IamStatement[] {
  if (regions.length === 0) return [];
  return [
    permit('ReplicateCredentials', 'secretsmanager:ReplicateSecretToRegions', {
      'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': [...regions] },
      BoolIfExists: { 'secretsmanager:ForceOverwriteReplicaSecret': 'false' },
    }),
    // A secret with copies cannot be deleted.
    permit('RemoveReplicas', 'secretsmanager:RemoveRegionsFromReplication'),
  ];
}
