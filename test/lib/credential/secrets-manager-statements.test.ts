import { describe, expect, it } from '@jest/globals';
import { secretsManagerStatements } from '../../../lib/credential/secrets-manager-statements.ts';

const SECRETS = 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/*';
const functionArn = 'arn:aws:lambda:eu-north-1:111122223333:function:token-vending';
const scope = { secrets: SECRETS, functionArn };
// Whoever passes the role to another function gets nothing by it.
const ArnLike = { 'lambda:SourceFunctionArn': [functionArn, `${functionArn}:*`] };

describe('IAM statements for Secrets Manager', () => {
  it('let the function read two versions below the prefix, and nothing else', () => {
    expect(secretsManagerStatements({ ...scope, list: false })).toEqual([
      {
        Sid: 'ReadCredentials',
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: SECRETS,
        // Not an operator that ends in IfExists: a request by version id names no stage.
        Condition: {
          ArnLike,
          StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] },
        },
      },
    ]);
  });

  it('let it list too, if the deployment does', () => {
    expect(secretsManagerStatements({ ...scope, list: true })[1]).toEqual({
      Sid: 'ListCredentials',
      Effect: 'Allow',
      Action: 'secretsmanager:ListSecrets',
      Resource: '*',
      Condition: { ArnLike },
    });
  });
});
