import {
  type $Command,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  type GetSecretValueResponse,
  type ServiceInputTypes as Input,
  InvalidRequestException,
  type ServiceOutputTypes as Output,
  PutSecretValueCommand,
  paginateListSecrets,
  type SecretsManagerClientResolvedConfig as ResolvedConfig,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
  SecretsManagerServiceException,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { VendError } from '../errors/vend-error.ts';
import { type CredentialId, findCredentialId, formatCredentialId } from './id.ts';
import { SecretsError } from './secret-errors.ts';
import type { CallOptions, SecretsApi } from './secrets-api.ts';
import type { CredentialStore, SecretStage, StoredCredential } from './store.ts';

/** Options of an SDK client; the SDK reads absent ones from the environment. */
export type SecretsManagerOptions = Pick<
  SecretsManagerClientConfig,
  'region' | 'endpoint' | 'credentials' | 'maxAttempts' | 'retryStrategy' | 'requestHandler'
>;

/**
 * Credential documents in AWS Secrets Manager: one secret `<prefix><team>/<name>` for each.
 *
 * @param prefix for instance `token-vending/`; the function's role can read nothing else
 */
export function openSecretsManager(
  prefix: string,
  options: SecretsManagerOptions = {},
): CredentialStore {
  const client = new SecretsManagerClient(options);
  return {
    read: async (id, stage, signal) =>
      toStored(await readSecret(client, `${prefix}${formatCredentialId(id)}`, stage, signal)),
    list: async (signal) => await listSecrets(client, prefix, signal),
  };
}

async function readSecret(
  client: SecretsManagerClient,
  name: string,
  stage: SecretStage,
  signal: AbortSignal,
): Promise<GetSecretValueResponse> {
  // The stage is always named: the role may read only by these two stages.
  const command = new GetSecretValueCommand({ SecretId: name, VersionStage: stage });
  try {
    return await client.send(command, { abortSignal: signal });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // The second exception means that the secret is scheduled for deletion.
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) {
      throw new VendError('credential_unknown', { cause: error });
    }
    throw unavailable(error);
  }
}

function toStored({
  SecretString,
  VersionId,
  CreatedDate,
}: GetSecretValueResponse): StoredCredential {
  if (SecretString === undefined || VersionId === undefined) {
    throw new VendError('credential_invalid', {
      says: 'The credential document is invalid: the secret must be text (SecretString), not binary.',
    });
  }
  return { text: SecretString, versionId: VersionId, writtenAt: CreatedDate?.getTime() ?? 0 };
}

async function listSecrets(
  client: SecretsManagerClient,
  prefix: string,
  signal: AbortSignal,
): Promise<CredentialId[]> {
  const ids: CredentialId[] = [];
  const query = { Filters: [{ Key: 'name' as const, Values: [prefix] }], MaxResults: 100 };
  try {
    for await (const page of paginateListSecrets({ client }, query, { abortSignal: signal })) {
      for (const { Name = '' } of page.SecretList ?? []) {
        const id = Name.startsWith(prefix)
          ? findCredentialId(Name.slice(prefix.length))
          : undefined;
        if (id !== undefined) ids.push(id);
      }
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : unavailable(error);
  }
  return ids;
}

function unavailable(error: unknown): VendError {
  return new VendError('secrets_unavailable', {
    detail: error instanceof Error ? error.name : 'unknown',
    cause: error,
  });
}

/** The operations that an operator needs. */
export function openSecretsApi(config: SecretsManagerOptions): SecretsApi {
  const client = new SecretsManagerClient(config);
  return {
    async create({ name, text, kmsKeyId, tags = {} }, options) {
      const command = new CreateSecretCommand({
        Name: name,
        SecretString: text,
        KmsKeyId: kmsKeyId,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      });
      return toWritten(await send(client, command, name, options));
    },
    async put(name, text, stage, options) {
      const version = { SecretId: name, SecretString: text, VersionStages: [stage] };
      return toWritten(await send(client, new PutSecretValueCommand(version), name, options));
    },
    async moveStage(name, { stage, from, to }, options) {
      const command = new UpdateSecretVersionStageCommand({
        SecretId: name,
        VersionStage: stage,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      });
      await send(client, command, name, options);
    },
    async describe(name, options) {
      const command = new DescribeSecretCommand({ SecretId: name });
      const response = await send(client, command, name, options);
      const { KmsKeyId: kmsKeyId, DeletedDate, VersionIdsToStages: stages = {} } = response;
      return { kmsKeyId, isDeleted: DeletedDate !== undefined, stages };
    },
    async get(name, options) {
      const command = new GetSecretValueCommand({ SecretId: name });
      const response = await send(client, command, name, options);
      return { ...toWritten(response), text: response.SecretString };
    },
    async delete(name, recoveryDays, options) {
      const later = { RecoveryWindowInDays: recoveryDays };
      const how = recoveryDays === 0 ? { ForceDeleteWithoutRecovery: true } : later;
      await send(client, new DeleteSecretCommand({ SecretId: name, ...how }), name, options);
    },
    close: () => client.destroy(),
  };
}

type Command<I extends Input, O extends Output> = $Command<I, O, ResolvedConfig, Input, Output>;

async function send<I extends Input, O extends Output>(
  client: SecretsManagerClient,
  command: Command<I, O>,
  secret: string,
  { signal, attempts }: CallOptions,
): Promise<O> {
  // The last step before the request is sent, after it was signed.
  command.middlewareStack.add(
    (next) => async (args) => {
      attempts?.sent();
      try {
        return await next(args);
      } catch (error) {
        attempts?.failed(translate(error, secret));
        throw error;
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'attempts' },
  );
  try {
    return await client.send(command, { abortSignal: signal });
  } catch (error) {
    throw translate(error, secret);
  }
}

function translate(error: unknown, secret: string): unknown {
  if (!(error instanceof SecretsManagerServiceException)) return error;
  const { name: exception, message, $metadata } = error;
  const status = $metadata.httpStatusCode ?? 500;
  return new SecretsError({ exception, message, status, cause: error }, secret);
}

function toWritten({
  ARN = '',
  VersionId = '',
}: Pick<GetSecretValueResponse, 'ARN' | 'VersionId'>) {
  return { arn: ARN, versionId: VersionId };
}
