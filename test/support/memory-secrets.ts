import { SecretsError } from '../../lib/credential/secret-errors.ts';
import type { CallOptions, SecretsApi } from '../../lib/credential/secrets-api.ts';
import { type Secret, SecretStore } from '../../local/secret-store.ts';
import { operations } from '../../local/secrets-manager-operations.ts';
import { ServiceError } from '../../local/service-error.ts';

const REGION = 'eu-north-1';

/** Secrets Manager without HTTP: the operations of the local one, on secrets in memory. */
export class MemorySecrets implements SecretsApi {
  readonly #store = SecretStore.inMemory();
  /** Operations as they were called. */
  readonly calls: string[] = [];
  /** Operations that are named here fail with the error, before they are performed. */
  readonly failing = new Map<string, Error>();
  /** Operations that are named here fail with the error, after they were performed. */
  readonly failingAfter = new Map<string, Error>();
  /** Regions to which copying failed. */
  readonly failedReplicas = new Set<string>();
  /** Awaited before and after each operation is performed, so that a test can interleave calls. */
  turn: (operation: string) => Promise<void> = async () => undefined;

  find(name: string): Secret | undefined {
    return this.#store.find(name);
  }

  textOf(name: string, stage = 'AWSCURRENT'): string | undefined {
    return this.find(name)?.versions.find(({ stages }) => stages.includes(stage))?.text;
  }

  create: SecretsApi['create'] = async ({ name, text, kmsKeyId, tags = {} }, options) =>
    toWritten(
      await this.#call('CreateSecret', options, {
        Name: name,
        KmsKeyId: kmsKeyId,
        Tags: toTags(tags),
        ...(text === undefined ? {} : { SecretString: text }),
      }),
    );

  put: SecretsApi['put'] = async (name, { text, stage, versionId }, options) =>
    toWritten(
      await this.#call('PutSecretValue', options, {
        SecretId: name,
        SecretString: text,
        VersionStages: [stage],
        ClientRequestToken: versionId,
      }),
    );

  tag: SecretsApi['tag'] = async (name, tags, options) => {
    await this.#call('TagResource', options, { SecretId: name, Tags: toTags(tags) });
  };

  moveStage: SecretsApi['moveStage'] = async (name, { stage, from, to }, options) => {
    await this.#call('UpdateSecretVersionStage', options, {
      SecretId: name,
      VersionStage: stage,
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    });
  };

  describe: SecretsApi['describe'] = async (name, options) => {
    const described = await this.#call('DescribeSecret', options, { SecretId: name });
    const { rotation } = this.find(name) as Secret;
    return {
      kmsKeyId: described['KmsKeyId'] as string | undefined,
      isDeleted: described['DeletedDate'] !== undefined,
      stages: described['VersionIdsToStages'] as Record<string, string[]>,
      tags: Object.fromEntries(
        (described['Tags'] as Secret['tags']).map(({ Key, Value }) => [Key, Value]),
      ),
      rotation: {
        isEnabled: rotation?.isEnabled === true,
        schedule: rotation?.schedule,
        lastAt: rotation?.lastAt === undefined ? undefined : rotation.lastAt * 1000,
        nextAt: undefined,
      },
      replicas: (this.find(name)?.replicas ?? []).map(({ region }) => ({
        region,
        hasFailed: this.failedReplicas.has(region),
      })),
    };
  };

  get: SecretsApi['get'] = async (name, options) => {
    const value = await this.#call('GetSecretValue', options, {
      SecretId: name,
      VersionStage: 'AWSCURRENT',
    });
    return { ...toWritten(value), text: value['SecretString'] as string | undefined };
  };

  delete: SecretsApi['delete'] = async (name, recoveryDays, options) => {
    const how =
      recoveryDays === 0
        ? { ForceDeleteWithoutRecovery: true }
        : { RecoveryWindowInDays: recoveryDays };
    await this.#call('DeleteSecret', options, { SecretId: name, ...how });
  };

  restore: SecretsApi['restore'] = async (name, options) => {
    await this.#call('RestoreSecret', options, { SecretId: name });
  };

  putResourcePolicy: SecretsApi['putResourcePolicy'] = async (name, policy, options) => {
    await this.#call('PutResourcePolicy', options, { SecretId: name, ResourcePolicy: policy });
  };

  versions: SecretsApi['versions'] = async (name, options) => {
    const { Versions } = await this.#call('ListSecretVersionIds', options, { SecretId: name });
    const versions = Versions as {
      VersionId: string;
      VersionStages: string[];
      CreatedDate: number;
    }[];
    return versions.map(({ VersionId, VersionStages, CreatedDate }) => ({
      versionId: VersionId,
      stages: VersionStages,
      createdAt: CreatedDate * 1000,
    }));
  };

  rotate: SecretsApi['rotate'] = async (name, rotation, options) => {
    const { functionArn, schedule, immediately, versionId } = rotation;
    await this.#call('RotateSecret', options, {
      SecretId: name,
      RotationLambdaARN: functionArn,
      RotationRules: schedule === undefined ? undefined : { ScheduleExpression: schedule },
      RotateImmediately: immediately,
      ClientRequestToken: versionId,
    });
  };

  replicate: SecretsApi['replicate'] = async (name, replicas, options) => {
    await this.#call('ReplicateSecretToRegions', options, {
      SecretId: name,
      AddReplicaRegions: replicas.map(({ region, kmsKeyId }) => ({
        Region: region,
        KmsKeyId: kmsKeyId,
      })),
    });
  };

  removeReplicas: SecretsApi['removeReplicas'] = async (name, regions, options) => {
    await this.#call('RemoveRegionsFromReplication', options, {
      SecretId: name,
      RemoveReplicaRegions: regions,
    });
  };

  cancelRotation: SecretsApi['cancelRotation'] = async (name, options) => {
    await this.#call('CancelRotateSecret', options, { SecretId: name });
  };

  close(): void {}

  async #call(
    operation: string,
    { signal }: CallOptions,
    input: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    await this.turn(operation);
    signal.throwIfAborted();
    this.calls.push(operation);
    const before = this.failing.get(operation);
    if (before !== undefined) throw before;
    try {
      const result = await operations[operation]?.(this.#store, input, REGION);
      const after = this.failingAfter.get(operation);
      if (after !== undefined) throw after;
      await this.turn(operation);
      return result as Readonly<Record<string, unknown>>;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { type: exception, message, status } = error;
      throw new SecretsError({ exception, message, status });
    }
  }
}

function toWritten({ ARN, VersionId = '' }: Readonly<Record<string, unknown>>) {
  return { arn: String(ARN), versionId: String(VersionId) };
}

function toTags(tags: Readonly<Record<string, string>>): Secret['tags'] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
