import { describe, expect, it } from '@jest/globals';
import { replicate } from '../../local/secret-replication.ts';
import { SecretStore } from '../../local/secret-store.ts';
import { type Operation, operations } from '../../local/secrets-manager-operations.ts';

const [NORTH, WEST] = ['eu-north-1', 'eu-west-1'];
const NAME = 'token-vending/a/b';

/** A secret with a copy in another Region. */
async function open() {
  const regions = {
    [NORTH]: SecretStore.inMemory(),
    [WEST]: SecretStore.inMemory(),
  };
  const [north, west] = [regions[NORTH] as SecretStore, regions[WEST] as SecretStore];
  replicate({ store: north, region: NORTH }, { store: west, region: WEST });
  const call = async (region: string, operation: string, input: object = {}) =>
    (await (operations[operation] as Operation)(
      regions[region] as SecretStore,
      { SecretId: NAME, ...input },
      region,
    )) as Record<string, unknown>;
  await call(NORTH, 'CreateSecret', {
    Name: NAME,
    SecretString: 'first',
    AddReplicaRegions: [{ Region: WEST, KmsKeyId: 'key-in-west' }],
  });
  return { call, north, west };
}

const REFUSED = { type: 'InvalidRequestException' };

describe('a secret with a replica', () => {
  it('has the same value, policy and name in both Regions, and the key of each', async () => {
    const { call, west } = await open();
    await call(NORTH, 'PutResourcePolicy', { ResourcePolicy: '{}' });
    await call(NORTH, 'PutSecretValue', { SecretString: 'second' });
    const { SecretString, ARN } = await call(WEST, 'GetSecretValue');
    expect(SecretString).toBe('second');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:/);
    expect(west.find(NAME)).toMatchObject({ policy: '{}', kmsKeyId: 'key-in-west' });
    expect(await call(WEST, 'DescribeSecret')).toMatchObject({ PrimaryRegion: NORTH });
    expect(await call(NORTH, 'DescribeSecret')).toMatchObject({
      ReplicationStatus: [{ Region: WEST, KmsKeyId: 'key-in-west', Status: 'InSync' }],
    });
  });

  it('is changed in its primary Region only', async () => {
    const { call } = await open();
    for (const [operation, input] of [
      ['PutSecretValue', { SecretString: 'x' }],
      ['UpdateSecretVersionStage', { VersionStage: 'AWSCURRENT' }],
      ['PutResourcePolicy', { ResourcePolicy: '{}' }],
      ['RotateSecret', {}],
      ['DeleteSecret', {}],
    ] as const)
      await expect(call(WEST, operation, input)).rejects.toMatchObject(REFUSED);
  });

  it('is deleted after its replicas', async () => {
    const { call, west } = await open();
    await expect(call(NORTH, 'DeleteSecret')).rejects.toMatchObject(REFUSED);
    await call(NORTH, 'RemoveRegionsFromReplication', { RemoveReplicaRegions: [WEST] });
    expect(west.find(NAME)).toBeUndefined();
    await call(NORTH, 'DeleteSecret');
    await call(NORTH, 'RestoreSecret');
    await call(NORTH, 'ReplicateSecretToRegions', { AddReplicaRegions: [{ Region: WEST }] });
    expect((await call(WEST, 'GetSecretValue'))['SecretString']).toBe('first');
  });

  it('goes its own way after the promotion of the replica', async () => {
    const { call } = await open();
    await call(WEST, 'StopReplicationToReplica');
    await call(WEST, 'PutSecretValue', { SecretString: 'of west' });
    await call(NORTH, 'PutSecretValue', { SecretString: 'of north' });
    expect((await call(WEST, 'GetSecretValue'))['SecretString']).toBe('of west');
  });
});
