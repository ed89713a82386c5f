import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  paginateListSecrets,
  ResourceNotFoundException,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerOptions } from '../credential/secrets-manager.ts';
import { VendError } from '../errors/vend-error.ts';
import { withoutBody } from '../errors/without-body.ts';
import type { RotationSecrets } from './rotation-secrets.ts';

/** The secrets that a rotation reads and writes, in AWS Secrets Manager. */
export function openRotationSecrets(options: SecretsManagerOptions = {}): RotationSecrets {
  const client = new SecretsManagerClient(options);
  const call = async <T>(
    send: (abort: { abortSignal: AbortSignal }) => Promise<T>,
    signal: AbortSignal,
  ) => {
    try {
      return await send({ abortSignal: signal });
    } catch (error) {
      throw signal.aborted ? signal.reason : translate(error);
    }
  };
  return {
    list: (prefix, tag, signal) =>
      call((abort) => listTagged(client, prefix, tag, abort.abortSignal), signal),
    async describe(secret, signal) {
      const command = new DescribeSecretCommand({ SecretId: secret });
      const found = await call((abort) => client.send(command, abort), signal);
      return {
        name: found.Name ?? '',
        rotationEnabled: found.RotationEnabled === true,
        stages: found.VersionIdsToStages ?? {},
        tags: Object.fromEntries((found.Tags ?? []).map(({ Key, Value = '' }) => [Key, Value])),
      };
    },
    async read(secret, { stage, versionId }, signal) {
      const command = new GetSecretValueCommand({
        SecretId: secret,
        VersionStage: stage,
        VersionId: versionId,
      });
      try {
        const { SecretString: text, VersionId } = await client.send(command, {
          abortSignal: signal,
        });
        if (text === undefined || VersionId === undefined)
          throw new VendError('credential_invalid', {
            says: 'The credential document is invalid: the secret must be text (SecretString), not binary.',
          });
        return { text, versionId: VersionId };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        // Also what Secrets Manager responds if the version has no value, or another stage.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error instanceof VendError ? error : translate(error);
      }
    },
    async put(secret, { text, versionId }, stage, signal) {
      const command = new PutSecretValueCommand({
        SecretId: secret,
        ClientRequestToken: versionId,
        SecretString: text,
        VersionStages: [stage],
      });
      await call((abort) => client.send(command, abort), signal);
    },
    move: (secret, move, signal) => moveStage(client, secret, move, signal),
    async tag(secret, key, value, signal) {
      const tag = { Key: key, Value: value };
      const command = new TagResourceCommand({ SecretId: secret, Tags: [tag] });
      await call((abort) => client.send(command, abort), signal);
    },
    async untag(secret, key, signal) {
      const command = new UntagResourceCommand({ SecretId: secret, TagKeys: [key] });
      await call((abort) => client.send(command, abort), signal);
    },
  };
}

async function listTagged(
  client: SecretsManagerClient,
  prefix: string,
  tag: string,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const Filters = [
    { Key: 'name' as const, Values: [prefix] },
    { Key: 'tag-key' as const, Values: [tag] },
  ];
  const pages = paginateListSecrets({ client }, { Filters, MaxResults: 100 }, { abortSignal });
  const arns: string[] = [];
  for await (const { SecretList = [] } of pages)
    for (const { ARN } of SecretList) if (ARN !== undefined) arns.push(ARN);
  return arns;
}

async function moveStage(
  client: SecretsManagerClient,
  secret: string,
  { stage, from, to }: Parameters<RotationSecrets['move']>[1],
  signal: AbortSignal,
): Promise<boolean> {
  const command = new UpdateSecretVersionStageCommand({
    SecretId: secret,
    VersionStage: stage,
    RemoveFromVersionId: from,
    MoveToVersionId: to,
  });
  try {
    await client.send(command, { abortSignal: signal });
    return true;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // The stage is not on `from` any more.
    if (error instanceof InvalidParameterException) return false;
    throw translate(error);
  }
}

function translate(error: unknown): VendError {
  const cause = withoutBody(error);
  // The second exception means that the secret is scheduled for deletion.
  if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException)
    return new VendError('credential_unknown', { cause });
  const detail = error instanceof Error ? error.name : 'unknown';
  return new VendError('secrets_unavailable', {
    says: `Secrets Manager could not be read or written (${detail}).`,
    detail,
    cause,
  });
}
