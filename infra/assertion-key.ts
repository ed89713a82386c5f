import { CfnOutput } from 'aws-cdk-lib';
import { type IRole, Policy } from 'aws-cdk-lib/aws-iam';
import { type Key, KeySpec } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { kmsAlgorithmOf } from '../lib/signing/kms-algorithms.ts';
import { signStatement } from './permit-assertions.ts';
import { createSigningKey } from './signing-key.ts';

/** A function that signs. */
export interface AssertionSigner {
  /** The function's role. */
  readonly role: IRole;
  /** ARN of the function, without a qualifier. */
  readonly functionArn: string;
}

/** The deployment whose functions sign, such as a `TokenVending`. */
export interface AssertionSigners extends AssertionSigner {
  /** The registry and the rotation, which test credentials. */
  readonly testers?: readonly AssertionSigner[];
}

export interface AssertionKeyProps {
  readonly vending: AssertionSigners;
  /** Name of the key in its description. */
  readonly name: string;
  /** `token_endpoint_auth_signing_alg` of the credential documents that name the key: `ES256`. */
  readonly algorithm: string;
}

/**
 * A key of AWS KMS that signs the assertions of clients (`client_assertion_source` `kms`). Only the
 * functions may sign. The key is retained if the stack is deleted.
 */
export class AssertionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, { vending, name, algorithm }: AssertionKeyProps) {
    super(scope, id);
    const signers = [vending, ...(vending.testers ?? [])];
    const { name: kmsAlgorithm, keySpecs } = kmsAlgorithmOf(algorithm);
    this.key = createSigningKey(this, 'Key', {
      description: `Signs assertions of OAuth2 clients: ${name}`,
      keySpec: KeySpec[keySpecs[0] as keyof typeof KeySpec],
      algorithm: kmsAlgorithm,
      signers: signers.map(({ role }) => role),
    });
    const keys = [this.key.keyArn];
    // In the stack of the key, else a key in another stack than the role would be a cycle.
    for (const [at, { role, functionArn }] of signers.entries())
      new Policy(this, at === 0 ? 'Policy' : `Policy${at}`, {
        roles: [role],
        statements: [signStatement({ keys, functionArn, algorithms: [kmsAlgorithm] })],
      });
    new CfnOutput(this, 'Arn', { value: this.key.keyArn });
  }
}
