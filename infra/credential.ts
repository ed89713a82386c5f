import { RemovalPolicy, Tags } from 'aws-cdk-lib';
import {
  AnyPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../lib/credential/id.ts';
import { acknowledge } from './acknowledge.ts';
import { ConfigurationError } from './configuration-error.ts';
import { viaService } from './keys.ts';

/** What a credential needs to know of the deployment that reads it: a `TokenVending` is one. */
export interface CredentialReader {
  readonly secretPrefix: string;
  readonly secretsKey: IKey;
  /** The function's role. */
  readonly role: IRole;
}

export interface CredentialProps {
  readonly vending: CredentialReader;
  /** `team/name`, as callers ask for it. */
  readonly credential: string;
  /**
   * What it is for, for people.
   *
   * @default the credential's name
   */
  readonly description?: string;
  /**
   * The one role besides the function's that may read the secret, to rotate it. Gets the rights to do so.
   *
   * @default nobody but the function reads it
   */
  readonly rotationRole?: IRole | undefined;
}

/**
 * One registered OAuth2 client: an empty secret, to be filled with `token-vending credentials put`. No secret value passes
 * through the template. It outlives the stack.
 */
export class Credential extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;

  /** @throws ConfigurationError where `credential` is not `team/name` */
  constructor(scope: Construct, id: string, props: CredentialProps) {
    super(scope, id);
    const {
      vending,
      credential,
      description = `OAuth2 client ${credential}`,
      rotationRole,
    } = props;
    const parsed = findCredentialId(credential);
    if (parsed === undefined)
      throw new ConfigurationError(`credential ${credential} ${CREDENTIAL_ID_RULE}.`);
    const secret = new CfnSecret(this, 'Secret', {
      name: `${vending.secretPrefix}${credential}`,
      description,
      kmsKeyId: vending.secretsKey.keyArn,
    });
    // Goes where its own creation is rolled back, else the next attempt would find its name taken.
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    Tags.of(secret).add('app', 'token-vending');
    Tags.of(secret).add('team', parsed.team);
    Tags.of(secret).add('credential', credential);
    acknowledge(
      secret,
      'AwsSolutions-SMG4',
      'How a client secret is rotated depends on the authorization server; the function follows a rotation by itself.',
    );
    this.secretArn = secret.ref;
    const readers = [vending.role, ...(rotationRole === undefined ? [] : [rotationRole])];
    new CfnResourcePolicy(this, 'Policy', {
      secretId: secret.ref,
      blockPublicPolicy: true,
      resourcePolicy: denyOtherReaders(readers),
    });
    if (rotationRole !== undefined) this.#permitRotation(rotationRole, vending.secretsKey);
  }

  #permitRotation(role: IRole, key: IKey): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        resources: [this.secretArn],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: {
          StringEquals: {
            'kms:ViaService': viaService(this, 'secretsmanager'),
            'kms:EncryptionContext:SecretARN': this.secretArn,
          },
        },
      }),
    );
  }
}

// An explicit deny, so that no identity policy, an administrator's neither, reads a client secret.
function denyOtherReaders(readers: readonly IRole[]): PolicyDocument {
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'DenyOtherReaders',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
        resources: ['*'],
        conditions: {
          ArnNotEquals: { 'aws:PrincipalArn': readers.map(({ roleArn }) => roleArn) },
        },
      }),
    ],
  });
}
