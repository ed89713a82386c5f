import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  TagResourceCommand,
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
    async describe(secret, signal) {
      const command = new DescribeSecretCommand({ SecretId: secret });
      const found = await call((abort) => client.send(command, abort), signal);
      return {
        name: found.Name ?? '',
        rotationEnabled: found.RotationEnabled === true,
        stages: found.VersionIdsToStages ?? {},
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
    async move(secret, { stage, from, to }, signal) {
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
    },
    async tag(secret, key, value, signal) {
      const command = new TagResourceCommand({
        SecretId: secret,
        Tags: [{ Key: key, Value: value }],
      });
      await call((abort) => client.send(command, abort), signal);
    },
  };
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
