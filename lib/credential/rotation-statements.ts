import { OVERLAP_TAG, PROGRESS_TAG } from './rotation-progress.ts';
import { calledBy, type IamStatement } from './secrets-manager-statements.ts';

/**
 * The stage of a copy of the document that a rotation replaces. AWSPREVIOUS is not enough: a change
 * of the document by somebody else moves it.
 */
export const REPLACED_STAGE = 'TOKEN-VENDING-REPLACED';

/** The stage of the version that is pending while an old secret is removed. */
export const REMOVAL_STAGE = 'TOKEN-VENDING-REMOVAL';

/** The stages by which the rotation reads a secret. */
export const ROTATION_STAGES = ['AWSCURRENT', 'AWSPENDING', REPLACED_STAGE];

export interface RotationScope {
  /** ARN pattern of every secret below the prefix. */
  readonly secrets: string;
  /** ARN of the function that rotates. */
  readonly functionArn: string;
  /** Also ListSecrets, to find old client secrets and keys whose overlap is over. */
  readonly list: boolean;
}

/**
 * The permissions of the rotation's role in Secrets Manager. It reads secrets by stage, which
 * includes the one of the admin credential, and writes only secrets whose rotation this function
 * does. Of their tags it may set two only, and remove one. It lists secrets to find those with an old
 * client secret to remove, which IAM cannot scope to a prefix.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
 */
export function rotationStatements({ list, ...scope }: RotationScope): IamStatement[] {
  const rotate = [...readStatements(scope), ...writeStatements(scope)];
  const listAll: IamStatement = {
    Sid: 'ListCredentials',
    Effect: 'Allow',
    Action: 'secretsmanager:ListSecrets',
    Resource: '*',
    Condition: calledBy(scope.functionArn),
  };
  return list ? [...rotate, listAll] : rotate;
}

function readStatements({ secrets, functionArn }: Omit<RotationScope, 'list'>): IamStatement[] {
  return [
    {
      Sid: 'ReadCredentials',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: secrets,
      Condition: {
        ...calledBy(functionArn),
        StringEquals: { 'secretsmanager:VersionStage': ROTATION_STAGES },
      },
    },
    {
      Sid: 'DescribeCredentials',
      Effect: 'Allow',
      Action: 'secretsmanager:DescribeSecret',
      Resource: secrets,
      Condition: calledBy(functionArn),
    },
  ];
}

function writeStatements({ secrets, functionArn }: Omit<RotationScope, 'list'>): IamStatement[] {
  return [
    {
      Sid: 'RotateCredentials',
      Effect: 'Allow',
      Action: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      Resource: secrets,
      Condition: {
        ...calledBy(functionArn),
        StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn },
      },
    },
    {
      Sid: 'NoteProgress',
      Effect: 'Allow',
      Action: 'secretsmanager:TagResource',
      Resource: secrets,
      Condition: {
        ...calledBy(functionArn),
        'ForAllValues:StringEquals': { 'aws:TagKeys': [PROGRESS_TAG, OVERLAP_TAG] },
        StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn },
      },
    },
    {
      Sid: 'EndOverlap',
      Effect: 'Allow',
      Action: 'secretsmanager:UntagResource',
      Resource: secrets,
      Condition: {
        ...calledBy(functionArn),
        'ForAllValues:StringEquals': { 'aws:TagKeys': [OVERLAP_TAG] },
        StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn },
      },
    },
  ];
}
