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

/** The roles that may read a secret, by ARN. */
export interface SecretReaders {
  /** Of the vending function. It may read the current and the previous version only. */
  readonly vending: string;
  /** Of the registry and of the rotation. */
  readonly others: readonly string[];
}

/**
 * The resource policy of a secret. Explicit denials, so that no identity policy, not even that of an
 * administrator, permits reading a client secret, and none that is added to the role of the vending
 * function permits it an older version.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export function readersOnly({ vending, others }: SecretReaders): ResourcePolicy {
  const deny = (Sid: string, Condition: DenyStatement['Condition']): DenyStatement => ({
    Sid,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
    Resource: '*',
    Condition,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      deny('DenyOtherReaders', { ArnNotEquals: { 'aws:PrincipalArn': [vending, ...others] } }),
      deny('DenyOlderVersions', {
        ArnEquals: { 'aws:PrincipalArn': vending },
        StringNotEquals: { 'secretsmanager:VersionStage': ['AWSCURRENT', 'AWSPREVIOUS'] },
      }),
    ],
  };
}
