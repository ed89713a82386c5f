import { describe, expect, it } from '@jest/globals';
import { secretsManagerStatements } from '../../../lib/credential/secrets-manager-statements.ts';

const SECRETS = 'arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending/*';

describe('IAM statements for Secrets Manager', () => {
  it('let the function read two versions below the prefix, and nothing else', () => {
    expect(secretsManagerStatements(SECRETS, false)).toEqual([
      {
        Sid: 'ReadCredentials',
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: SECRETS,
        // Not an operator that ends in IfExists: a request by version id names no stage.
        Condition: {
          StringEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] },
        },
      },
    ]);
  });

  it('let it list too, if the deployment does', () => {
    expect(secretsManagerStatements(SECRETS, true)[1]).toEqual({
      Sid: 'ListCredentials',
      Effect: 'Allow',
      Action: 'secretsmanager:ListSecrets',
      Resource: '*',
    });
  });
});
