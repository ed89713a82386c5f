import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  type GetSecretValueResponse,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  type Tag,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { NewSecret, SecretDescription, SecretsApi } from './secrets-api.ts';
import type { SecretsManagerOptions } from './secrets-manager.ts';
import { send } from './secrets-manager-send.ts';

/** The operations that the registry and the rotation need. */
export function openSecretsApi(config: SecretsManagerOptions): SecretsApi {
  const client = new SecretsManagerClient(config);
  return {
    async create({ name, text, kmsKeyId, tags = {} }, options) {
      const command = new CreateSecretCommand({
        Name: name,
        SecretString: text,
        KmsKeyId: kmsKeyId,
        Tags: toTags(tags),
      });
      return toWritten(await send(client, command, options));
    },
    async put(name, { text, stage, versionId }, options) {
      const command = new PutSecretValueCommand({
        SecretId: name,
        SecretString: text,
        VersionStages: [stage],
        ClientRequestToken: versionId,
      });
      return toWritten(await send(client, command, options));
    },
    async tag(name, tags, options) {
      const command = new TagResourceCommand({ SecretId: name, Tags: toTags(tags) });
      await send(client, command, options);
    },
    async moveStage(name, { stage, from, to }, options) {
      const command = new UpdateSecretVersionStageCommand({
        SecretId: name,
        VersionStage: stage,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      });
      await send(client, command, options);
    },
    async describe(name, options) {
      const command = new DescribeSecretCommand({ SecretId: name });
      return toDescription(await send(client, command, options));
    },
    async get(name, options) {
      // The stage is named, because a role may be allowed to read only by stages.
      const command = new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSCURRENT' });
      const response = await send(client, command, options);
      return { ...toWritten(response), text: response.SecretString };
    },
    async delete(name, recoveryDays, options) {
      const command = new DeleteSecretCommand({
        SecretId: name,
        RecoveryWindowInDays: recoveryDays,
      });
      await send(client, command, options);
    },
    async restore(name, options) {
      await send(client, new RestoreSecretCommand({ SecretId: name }), options);
    },
    ...openGovernance(client),
    ...openReplication(client),
    close: () => client.destroy(),
  };
}

/** The operations beside values: policy, versions and rotation. */
function openGovernance(
  client: SecretsManagerClient,
): Pick<SecretsApi, 'putResourcePolicy' | 'versions' | 'rotate' | 'cancelRotation'> {
  return {
    async putResourcePolicy(name, policy, options) {
      const command = new PutResourcePolicyCommand({
        SecretId: name,
        ResourcePolicy: policy,
        BlockPublicPolicy: true,
      });
      await send(client, command, options);
    },
    async versions(name, options) {
      const command = new ListSecretVersionIdsCommand({ SecretId: name, MaxResults: 100 });
      const { Versions = [] } = await send(client, command, options);
      return Versions.map(({ VersionId = '', VersionStages = [], CreatedDate }) => ({
        versionId: VersionId,
        stages: VersionStages,
        createdAt: CreatedDate?.getTime(),
      }));
    },
    async rotate(name, { functionArn, schedule, immediately, versionId }, options) {
      const command = new RotateSecretCommand({
        SecretId: name,
        RotationLambdaARN: functionArn,
        RotationRules: schedule === undefined ? undefined : { ScheduleExpression: schedule },
        RotateImmediately: immediately,
        ClientRequestToken: versionId,
      });
      await send(client, command, options);
    },
    async cancelRotation(name, options) {
      await send(client, new CancelRotateSecretCommand({ SecretId: name }), options);
    },
  };
}

/** The operations on copies in other Regions. */
function openReplication(
  client: SecretsManagerClient,
): Pick<SecretsApi, 'replicate' | 'removeReplicas'> {
  return {
    async replicate(name, replicas, options) {
      const command = new ReplicateSecretToRegionsCommand({
        SecretId: name,
        AddReplicaRegions: replicas.map(({ region, kmsKeyId }) => ({
          Region: region,
          KmsKeyId: kmsKeyId,
        })),
      });
      await send(client, command, options);
    },
    async removeReplicas(name, regions, options) {
      const command = new RemoveRegionsFromReplicationCommand({
        SecretId: name,
        RemoveReplicaRegions: [...regions],
      });
      await send(client, command, options);
    },
  };
}

function toDescription(response: DescribeSecretResponse): SecretDescription {
  const {
    KmsKeyId,
    DeletedDate,
    VersionIdsToStages = {},
    Tags = [],
    ReplicationStatus = [],
  } = response;
  return {
    kmsKeyId: KmsKeyId,
    isDeleted: DeletedDate !== undefined,
    stages: VersionIdsToStages,
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    rotation: {
      isEnabled: response.RotationEnabled === true,
      schedule: response.RotationRules?.ScheduleExpression,
      lastAt: response.LastRotatedDate?.getTime(),
      nextAt: response.NextRotationDate?.getTime(),
    },
    replicas: ReplicationStatus.map(({ Region = '', Status = '' }) => ({
      region: Region,
      hasFailed: Status === 'Failed',
    })),
  };
}

function toTags(tags: NonNullable<NewSecret['tags']>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function toWritten({
  ARN = '',
  VersionId = '',
}: Pick<GetSecretValueResponse, 'ARN' | 'VersionId'>) {
  return { arn: ARN, versionId: VersionId };
}
