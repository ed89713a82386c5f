/** A statement of an IAM policy document. */
export interface IamStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/**
 * The permissions of the function's role in Secrets Manager. The template grants exactly these, and
 * the local Secrets Manager enforces them.
 *
 * A request that names no stage, such as one by version id, is denied. With an `IfExists` operator,
 * every version that was ever stored would be readable. A request with both gets a version only if
 * the two agree
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html).
 *
 * @param secrets ARN pattern of every secret below the prefix
 * @param list also ListSecrets, which IAM cannot scope to a prefix
 */
export function secretsManagerStatements(secrets: string, list: boolean): IamStatement[] {
  const read: IamStatement = {
    Sid: 'ReadCredentials',
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: secrets,
    Condition: {
      StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] },
    },
  };
  const listAll: IamStatement = {
    Sid: 'ListCredentials',
    Effect: 'Allow',
    Action: 'secretsmanager:ListSecrets',
    Resource: '*',
  };
  return list ? [read, listAll] : [read];
}
