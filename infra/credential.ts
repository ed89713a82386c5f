import { RemovalPolicy, Tags } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../lib/credential/id.ts';
import { readersOnly } from '../lib/credential/resource-policy.ts';
import { acknowledge } from './acknowledge.ts';
import { ConfigurationError } from './configuration-error.ts';
import { viaService } from './keys.ts';
import type { FunctionReaders } from './secret-readers.ts';

/** The deployment that reads a credential, such as a `TokenVending`. */
export interface CredentialReader {
  readonly secretPrefix: string;
  readonly secretsKey: IKey;
  /** Roles of the functions that read secrets. */
  readonly readers: FunctionReaders;
  /** Lets a role decrypt secrets under {@link secretsKey}. */
  addReader(role: IRole): void;
}

export interface CredentialProps {
  readonly vending: CredentialReader;
  /** `team/name`, as in token requests. */
  readonly credential: string;
  /**
   * Description of the secret.
   *
   * @default the credential's name
   */
  readonly description?: string;
  /**
   * The only other role that may read the secret, to rotate it. It gets the permissions for that.
   *
   * @default only the functions read it
   */
  readonly rotationRole?: IRole | undefined;
}

/**
 * One registered OAuth2 client: an empty secret, which `token-vending credentials put` fills. The
 * template contains no secret value. Secret and resource policy are retained if the stack is deleted
 * or the credential is removed from it.
 */
export class Credential extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;

  /** @throws ConfigurationError if `credential` is not `team/name` */
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
    // Deleted if its own creation is rolled back, else its name is taken at the next attempt.
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
    const policy = new CfnResourcePolicy(this, 'Policy', {
      secretId: secret.ref,
      blockPublicPolicy: true,
      resourcePolicy: PolicyDocument.fromJson(
        readersOnly({
          ...vending.readers,
          others: rotationRole === undefined ? [] : [rotationRole.roleArn],
        }),
      ),
    });
    // The secret stays, so what closes it must stay.
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    if (rotationRole === undefined) return;
    vending.addReader(rotationRole);
    this.#permitRotation(rotationRole, vending.secretsKey);
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
