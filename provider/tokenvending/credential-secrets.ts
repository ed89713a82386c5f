import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Fault } from '../framework/diagnostics/fault.ts';
import { pathOf } from '../framework/values/path.ts';
import type { RawDocument } from './credential-document-keys.ts';

export interface StoredSecret {
  readonly arn: string;
  readonly versionId: string;
  readonly kmsKeyId: string | undefined;
  /** `undefined` where the text is no JSON object. */
  readonly document: RawDocument | undefined;
}

export interface NewSecret {
  readonly name: string;
  readonly document: RawDocument;
  readonly kmsKeyId: string | null;
}

type Done = { readonly arn: string; readonly versionId: string };

/**
 * The credential documents in Secrets Manager, under the operator's own rights.
 *
 * @throws Fault of every operation, with AWS's name for what went wrong; its texts name secrets, never their values
 */
export class CredentialSecrets {
  readonly #client: SecretsManagerClient;
  readonly #signal: AbortSignal;

  constructor(client: SecretsManagerClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  async create({ name, document, kmsKeyId }: NewSecret): Promise<Done> {
    const { CreateSecretCommand } = await import('@aws-sdk/client-secrets-manager');
    const command = new CreateSecretCommand({
      Name: name,
      SecretString: JSON.stringify(document),
      ...(kmsKeyId === null ? {} : { KmsKeyId: kmsKeyId }),
      Tags: [{ Key: 'managed-by', Value: 'terraform' }],
    });
    const { ARN = '', VersionId = '' } = await this.#run(name, () =>
      this.#client.send(command, { abortSignal: this.#signal }),
    );
    return { arn: ARN, versionId: VersionId };
  }

  async put(name: string, document: RawDocument): Promise<Done> {
    const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
    const command = new PutSecretValueCommand({
      SecretId: name,
      SecretString: JSON.stringify(document),
    });
    const { ARN = '', VersionId = '' } = await this.#run(name, () =>
      this.#client.send(command, { abortSignal: this.#signal }),
    );
    return { arn: ARN, versionId: VersionId };
  }

  /** `undefined` where there is none, or one that waits for its deletion. */
  async read(name: string): Promise<StoredSecret | undefined> {
    const { DescribeSecretCommand, GetSecretValueCommand } = await import(
      '@aws-sdk/client-secrets-manager'
    );
    const abort = { abortSignal: this.#signal };
    try {
      const described = await this.#client.send(
        new DescribeSecretCommand({ SecretId: name }),
        abort,
      );
      if (described.DeletedDate !== undefined) return undefined;
      const value = await this.#client.send(new GetSecretValueCommand({ SecretId: name }), abort);
      return {
        arn: value.ARN ?? '',
        versionId: value.VersionId ?? '',
        kmsKeyId: described.KmsKeyId,
        document: parse(value.SecretString),
      };
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return undefined;
      throw this.#explain(name, error);
    }
  }

  /** @param recoveryDays 0 deletes for good, at once */
  async delete(name: string, recoveryDays: number): Promise<void> {
    const { DeleteSecretCommand } = await import('@aws-sdk/client-secrets-manager');
    const command = new DeleteSecretCommand({
      SecretId: name,
      ...(recoveryDays === 0
        ? { ForceDeleteWithoutRecovery: true }
        : { RecoveryWindowInDays: recoveryDays }),
    });
    try {
      await this.#client.send(command, { abortSignal: this.#signal });
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw this.#explain(name, error);
    }
  }

  async #run<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#explain(name, error);
    }
  }

  #explain(name: string, error: unknown): unknown {
    // Terraform was asked to stop; the framework says so.
    if (this.#signal.aborted || error instanceof Fault || !(error instanceof Error)) return error;
    return new Fault(
      {
        summary: `Secrets Manager refused ${name}: ${error.name}`,
        detail: `${error.message}\n\n${adviceFor(error, name)}`,
        path: pathOf('credential'),
      },
      { cause: error },
    );
  }
}

function adviceFor({ name, message }: Error, secret: string): string {
  if (name === 'AccessDeniedException')
    return `Let the identity of this run use secretsmanager:CreateSecret, PutSecretValue, GetSecretValue, DescribeSecret and DeleteSecret on secret:${secret}-*.`;
  if (name === 'ResourceExistsException')
    return 'There is such a secret already: take it over with terraform import.';
  if (name === 'InvalidRequestException' && /delet/i.test(message))
    return `It waits for its deletion: restore it with aws secretsmanager restore-secret --secret-id ${secret} and take it over with terraform import, or wait.`;
  return 'Look up the exception in the AWS Secrets Manager API reference.';
}

function parse(text: string | undefined): RawDocument | undefined {
  try {
    const json: unknown = JSON.parse(text ?? '');
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as RawDocument)
      : undefined;
  } catch {
    return undefined;
  }
}
