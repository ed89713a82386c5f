import type { Secret, SecretReplica, SecretStore } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

type Input = Readonly<Record<string, unknown>>;

interface GivenReplica {
  readonly Region: string;
  readonly KmsKeyId?: string;
}

/** The replicas that a request adds, besides those that a secret has. */
export function withReplicas(
  before: readonly SecretReplica[],
  input: Input,
): readonly SecretReplica[] {
  const added = (input['AddReplicaRegions'] as GivenReplica[] | undefined) ?? [];
  const isAdded = (region: string) => added.some(({ Region }) => Region === region);
  return [
    ...before.filter(({ region }) => !isAdded(region)),
    ...added.map(({ Region: region, KmsKeyId: kmsKeyId }) => ({ region, kmsKeyId })),
  ];
}

/**
 * Refuses a change of a replica.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/standalone-secret.html
 *
 * @throws {@link ServiceError} `InvalidRequestException`
 */
export function requirePrimary({ primaryRegion }: Secret): void {
  if (primaryRegion === undefined) return;
  throw new ServiceError(
    'InvalidRequestException',
    `Operation not permitted on a replica secret. Call must be made in primary secret's region ${primaryRegion}.`,
  );
}

/**
 * Refuses the deletion of a secret that has replicas.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 *
 * @throws {@link ServiceError} `InvalidRequestException`
 */
export function requireNoReplicas({ replicas = [] }: Secret): void {
  if (replicas.length === 0) return;
  throw new ServiceError(
    'InvalidRequestException',
    "You can't delete a secret that still has replica regions. Please remove the replica regions first.",
  );
}

/** The members of a response that describe replicas. */
export function replicationStatus({ replicas = [], primaryRegion }: Secret): object {
  return {
    PrimaryRegion: primaryRegion,
    ReplicationStatus: replicas.map(({ region, kmsKeyId }) => ({
      Region: region,
      KmsKeyId: kmsKeyId,
      Status: 'InSync',
    })),
  };
}

/**
 * Keeps the copies of the secrets of one Region in the store of another: each secret that names that
 * Region as a replica is copied after each change, with its versions, tags and resource policy.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export function replicate(
  from: { readonly store: SecretStore; readonly region: string },
  to: { readonly store: SecretStore; readonly region: string },
): void {
  from.store.onChange(async (name, secret) => {
    const copy = to.store.find(name);
    // A secret with this name that is no copy stays: the replication of AWS fails.
    if (copy !== undefined && copy.primaryRegion !== from.region) return;
    const replica = secret?.replicas?.find(({ region }) => region === to.region);
    if (secret !== undefined && replica !== undefined)
      await to.store.put({
        ...secret,
        arn: secret.arn.replace(`:${from.region}:`, `:${to.region}:`),
        kmsKeyId: replica.kmsKeyId,
        replicas: undefined,
        primaryRegion: from.region,
        // Only the primary secret rotates.
        rotation: undefined,
      });
    else if (copy !== undefined) await to.store.delete(name);
  });
}
