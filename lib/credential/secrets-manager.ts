import {
  GetSecretValueCommand,
  type GetSecretValueResponse,
  InvalidRequestException,
  paginateListSecrets,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import { VendError } from '../errors/vend-error.ts';
import { withoutBody } from '../errors/without-body.ts';
import { type CredentialId, findIdOfSecret, formatCredentialId } from './id.ts';
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
      throw new VendError('credential_unknown', { cause: withoutBody(error) });
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
        const id = findIdOfSecret(Name, prefix);
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
    cause: withoutBody(error),
  });
}
