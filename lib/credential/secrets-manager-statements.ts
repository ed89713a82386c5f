/** A statement of an IAM policy document. */
export interface IamStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** The stages by which the vending function reads a secret. */
export const VENDING_STAGES = ['AWSCURRENT', 'AWSPREVIOUS'];

export interface SecretsScope {
  /** ARN pattern of every secret below the prefix. */
  readonly secrets: string;
  /** Also ListSecrets, which IAM cannot scope to a prefix. */
  readonly list: boolean;
  /** ARN of the function, without a qualifier. */
  readonly functionArn: string;
}

/**
 * The condition that code of this function calls. Lambda states the function in the credentials that
 * it gives to the code, so whoever passes the role to another function gets nothing by it. IAM reads
 * the key in identity policies only:
 * https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function calledBy(functionArn: string) {
  return { ArnLike: { 'lambda:SourceFunctionArn': [functionArn, `${functionArn}:*`] } };
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
 * Nor does another function get a secret that has the role, by `iam:PassRole`.
 */
export function secretsManagerStatements({
  secrets,
  list,
  functionArn,
}: SecretsScope): IamStatement[] {
  const read: IamStatement = {
    Sid: 'ReadCredentials',
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: secrets,
    Condition: {
      ...calledBy(functionArn),
      StringEquals: { 'secretsmanager:VersionStage': VENDING_STAGES },
    },
  };
  const listAll: IamStatement = {
    Sid: 'ListCredentials',
    Effect: 'Allow',
    Action: 'secretsmanager:ListSecrets',
    Resource: '*',
    Condition: calledBy(functionArn),
  };
  return list ? [read, listAll] : [read];
}
