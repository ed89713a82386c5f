import { randomBytes, randomUUID } from 'node:crypto';
import { ACCOUNT } from './callers.ts';
import { rotateSecret } from './rotate-secret.ts';
import { type Input, need, needLive, needPrimary, stringOf } from './secret-input.ts';
import {
  replicationStatus,
  requireNoReplicas,
  requirePrimary,
  withReplicas,
} from './secret-replication.ts';
import { moveStage, type Secret, type SecretStore, type SecretVersion } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

export type Operation = (store: SecretStore, input: Input, region: string) => Promise<object>;

const seconds = () => Date.now() / 1000;

function hasValue(input: Input): boolean {
  return 'SecretString' in input || 'SecretBinary' in input;
}

function newVersion(input: Input, stages: readonly string[]): SecretVersion {
  const text = stringOf(input['SecretString']);
  const binary = stringOf(input['SecretBinary']);
  return {
    id: stringOf(input['ClientRequestToken']) ?? randomUUID(),
    ...(text === undefined ? {} : { text }),
    ...(binary === undefined ? {} : { binary }),
    stages,
    createdAt: seconds(),
  };
}

function describe(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    Tags: secret.tags,
    CreatedDate: secret.createdAt,
    DeletedDate: secret.deletedAt,
    RotationEnabled: secret.rotation?.isEnabled,
    RotationLambdaARN: secret.rotation?.functionArn,
    RotationRules: secret.rotation && { ScheduleExpression: secret.rotation.schedule },
    LastRotatedDate: secret.rotation?.lastAt,
    ...replicationStatus(secret),
    VersionIdsToStages: Object.fromEntries(secret.versions.map(({ id, stages }) => [id, stages])),
  };
}

const created = ({ arn, name }: Secret, version?: SecretVersion) => ({
  ARN: arn,
  Name: name,
  VersionId: version?.id,
});

async function createSecret(store: SecretStore, input: Input, region: string): Promise<object> {
  const name = stringOf(input['Name']) ?? '';
  if (!/^[\w/+=.@-]{1,512}$/.test(name))
    throw new ServiceError('ValidationException', 'Invalid name.');
  const existing = store.find(name);
  if (existing?.deletedAt !== undefined) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (existing !== undefined) {
    throw new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    );
  }
  const version = hasValue(input) ? newVersion(input, ['AWSCURRENT']) : undefined;
  const suffix = randomBytes(3).toString('hex');
  const secret: Secret = {
    name,
    arn: `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${name}-${suffix}`,
    description: stringOf(input['Description']),
    kmsKeyId: stringOf(input['KmsKeyId']) || undefined,
    tags: (input['Tags'] as Secret['tags'] | undefined) ?? [],
    versions: version === undefined ? [] : [version],
    createdAt: seconds(),
    replicas: withReplicas([], input),
  };
  await store.put(secret);
  return created(secret, version);
}

async function putSecretValue(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  const stages = (input['VersionStages'] as string[] | undefined) ?? ['AWSCURRENT'];
  const { version, versions } = withVersion(secret, input, stages);
  await store.put({ ...secret, versions });
  return { ...created(secret, version), VersionStages: stages };
}

/** The versions of a secret with the value of the input, which gets the stages. */
function withVersion(secret: Secret, input: Input, stages: readonly string[]) {
  const version = newVersion(input, []);
  const existing = secret.versions.find(({ id }) => id === version.id);
  // RotateSecret adds a version without a value.
  const isFilled = existing?.text !== undefined || existing?.binary !== undefined;
  if (existing !== undefined && isFilled && existing.text !== version.text) {
    throw new ServiceError(
      'ResourceExistsException',
      'A version with this ClientRequestToken and another value exists.',
    );
  }
  const before =
    existing === undefined
      ? [...secret.versions, version]
      : secret.versions.map((one) => (one === existing ? { ...version, stages: one.stages } : one));
  // The first version is the current one, whatever its stage.
  const all = secret.versions.length === 0 ? new Set(['AWSCURRENT', ...stages]) : stages;
  const versions = [...all].reduce(
    (moved, stage) => moveStage(moved, stage, version.id),
    [...before],
  );
  return { version, versions };
}

async function updateSecret(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  const { version, versions } = hasValue(input)
    ? withVersion(secret, input, ['AWSCURRENT'])
    : { version: undefined, versions: secret.versions };
  await store.put({
    ...secret,
    versions,
    description: stringOf(input['Description']) ?? secret.description,
    // An empty text is the key `aws/secretsmanager`.
    kmsKeyId: (stringOf(input['KmsKeyId']) ?? secret.kmsKeyId) || undefined,
  });
  return created(secret, version);
}

async function getSecretValue(store: SecretStore, input: Input): Promise<object> {
  const secret = needLive(store, input);
  const wanted = stringOf(input['VersionId']);
  const stage =
    stringOf(input['VersionStage']) ?? (wanted === undefined ? 'AWSCURRENT' : undefined);
  // If both are named, they must be of the same version.
  const version = secret.versions.find(
    ({ id, stages }) =>
      (wanted === undefined || id === wanted) && (stage === undefined || stages.includes(stage)),
  );
  if (version === undefined || (version.text === undefined && version.binary === undefined)) {
    throw new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${stage === undefined ? `VersionId: ${wanted}` : `staging label: ${stage}`}`,
    );
  }
  return {
    ...created(secret, version),
    SecretString: version.text,
    SecretBinary: version.binary,
    VersionStages: version.stages,
    CreatedDate: version.createdAt,
  };
}

async function listSecrets(store: SecretStore, input: Input): Promise<object> {
  const filters = (input['Filters'] as { Key: string; Values: string[] }[] | undefined) ?? [];
  const of = (key: string) => filters.filter(({ Key }) => Key === key).flatMap((one) => one.Values);
  const [prefixes, tagKeys] = [of('name'), of('tag-key')];
  const found = store
    .all()
    .filter(({ deletedAt }) => deletedAt === undefined || input['IncludePlannedDeletion'] === true)
    .filter(
      ({ name }) => prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix)),
    )
    .filter(
      ({ tags }) =>
        tagKeys.length === 0 || tags.some(({ Key }) => tagKeys.some((key) => Key.startsWith(key))),
    );
  const start = Number(stringOf(input['NextToken']) ?? 0);
  const size = Number(input['MaxResults'] ?? 100);
  const end = start + size;
  return {
    SecretList: found.slice(start, end).map(describe),
    ...(end < found.length ? { NextToken: String(end) } : {}),
  };
}

async function updateSecretVersionStage(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  const stage = String(input['VersionStage']);
  const to = stringOf(input['MoveToVersionId']);
  const from = stringOf(input['RemoveFromVersionId']);
  const holder = secret.versions.find(({ stages }) => stages.includes(stage));
  if (holder !== undefined && holder.id !== to && from !== holder.id) {
    throw new ServiceError(
      'InvalidParameterException',
      `The staging label ${stage} is attached to version ${holder.id}: name it in RemoveFromVersionId.`,
    );
  }
  const versions =
    to === undefined
      ? secret.versions.map((version) => ({
          ...version,
          stages: version.stages.filter((other) => other !== stage),
        }))
      : moveStage(secret.versions, stage, to);
  await store.put({ ...secret, versions });
  return created(secret);
}

async function tagResource(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  const added = input['Tags'] as Secret['tags'];
  const kept = secret.tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key));
  await store.put({ ...secret, tags: [...kept, ...added] });
  return {};
}

async function untagResource(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  const keys = input['TagKeys'] as string[];
  await store.put({ ...secret, tags: secret.tags.filter(({ Key }) => !keys.includes(Key)) });
  return {};
}

async function deleteSecret(store: SecretStore, input: Input): Promise<object> {
  const secret = need(store, input);
  requirePrimary(secret);
  requireNoReplicas(secret);
  const deletedAt = seconds() + Number(input['RecoveryWindowInDays'] ?? 30) * 86_400;
  if (input['ForceDeleteWithoutRecovery'] === true) await store.delete(secret.name);
  else await store.put({ ...secret, deletedAt });
  return { ...created(secret), DeletionDate: deletedAt };
}

async function restoreSecret(store: SecretStore, input: Input): Promise<object> {
  const secret = need(store, input);
  await store.put({ ...secret, deletedAt: undefined });
  return created(secret);
}

async function putResourcePolicy(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  await store.put({ ...secret, policy: stringOf(input['ResourcePolicy']) });
  return created(secret);
}

async function listSecretVersionIds(store: SecretStore, input: Input): Promise<object> {
  const secret = need(store, input);
  const staged = secret.versions.filter(({ stages }) => stages.length > 0);
  return {
    ...created(secret),
    Versions: staged.map(({ id, stages, createdAt }) => ({
      VersionId: id,
      VersionStages: stages,
      CreatedDate: createdAt,
    })),
  };
}

async function cancelRotateSecret(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  await store.put({
    ...secret,
    rotation: secret.rotation && { ...secret.rotation, isEnabled: false },
  });
  return created(secret);
}

async function replicateSecretToRegions(store: SecretStore, input: Input): Promise<object> {
  const secret = needPrimary(store, input);
  const replicated = { ...secret, replicas: withReplicas(secret.replicas ?? [], input) };
  await store.put(replicated);
  return { ARN: secret.arn, ...replicationStatus(replicated) };
}

async function removeRegionsFromReplication(store: SecretStore, input: Input): Promise<object> {
  const secret = need(store, input);
  requirePrimary(secret);
  const removed = input['RemoveReplicaRegions'] as string[];
  const replicas = secret.replicas?.filter(({ region }) => !removed.includes(region));
  await store.put({ ...secret, replicas });
  return { ARN: secret.arn, ...replicationStatus({ ...secret, replicas }) };
}

async function stopReplicationToReplica(store: SecretStore, input: Input): Promise<object> {
  const secret = needLive(store, input);
  await store.put({ ...secret, primaryRegion: undefined });
  return { ARN: secret.arn };
}

/** The operations of Secrets Manager that the local system supports. */
export const operations: Readonly<Record<string, Operation>> = {
  CreateSecret: createSecret,
  PutSecretValue: putSecretValue,
  UpdateSecret: updateSecret,
  GetSecretValue: getSecretValue,
  DescribeSecret: async (store, input) => describe(need(store, input)),
  ListSecrets: listSecrets,
  UpdateSecretVersionStage: updateSecretVersionStage,
  TagResource: tagResource,
  UntagResource: untagResource,
  DeleteSecret: deleteSecret,
  RestoreSecret: restoreSecret,
  PutResourcePolicy: putResourcePolicy,
  ListSecretVersionIds: listSecretVersionIds,
  RotateSecret: async (store, input) => await rotateSecret(store, input, undefined),
  CancelRotateSecret: cancelRotateSecret,
  ReplicateSecretToRegions: replicateSecretToRegions,
  RemoveRegionsFromReplication: removeRegionsFromReplication,
  StopReplicationToReplica: stopReplicationToReplica,
};
