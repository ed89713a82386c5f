import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Callers, makeCallers } from '../../local/callers.ts';
import { SecretStore } from '../../local/secret-store.ts';
import { type LocalSecretsManager, startSecretsManager } from '../../local/secrets-manager.ts';
import { sdkCredentials } from '../support/sdk-credentials.ts';

let directory: string;
let callers: Callers;
let endpoint: LocalSecretsManager;
let administrator: SecretsManagerClient;

const clientOf = (name: string) =>
  new SecretsManagerClient({
    region: 'eu-north-1',
    endpoint: endpoint.url,
    maxAttempts: 1,
    credentials: sdkCredentials(callers, name),
  });

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-secrets-'));
  callers = makeCallers();
  const store = await SecretStore.open(path.join(directory, 'secrets.json'));
  endpoint = await startSecretsManager({ port: 0, region: 'eu-north-1', callers, store });
  administrator = clientOf('account-admin');
});

afterAll(async () => {
  await endpoint.close();
  await rm(directory, { recursive: true });
});

describe('Secrets Manager on loopback, through the SDK', () => {
  it('creates, reads, rotates and stages as the service does', async () => {
    const { ARN, VersionId } = await administrator.send(
      new CreateSecretCommand({
        Name: 'token-vending/a/one',
        SecretString: 'first',
        Tags: [{ Key: 'app', Value: 'x' }],
      }),
    );
    expect(ARN).toMatch(
      /^arn:aws:secretsmanager:eu-north-1:111122223333:secret:token-vending\/a\/one-\w{6}$/,
    );
    const put = await administrator.send(
      new PutSecretValueCommand({
        SecretId: ARN,
        SecretString: 'second',
        VersionStages: ['AWSPENDING'],
      }),
    );
    expect(
      (await administrator.send(new GetSecretValueCommand({ SecretId: 'token-vending/a/one' })))
        .SecretString,
    ).toBe('first');
    expect(
      (
        await administrator.send(
          new GetSecretValueCommand({ SecretId: ARN, VersionStage: 'AWSPENDING' }),
        )
      ).SecretString,
    ).toBe('second');
    await administrator.send(
      new UpdateSecretVersionStageCommand({
        SecretId: ARN,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: put.VersionId,
        RemoveFromVersionId: VersionId,
      }),
    );
    const { VersionIdsToStages } = await administrator.send(
      new DescribeSecretCommand({ SecretId: ARN }),
    );
    expect(VersionIdsToStages).toEqual({
      [String(VersionId)]: ['AWSPREVIOUS'],
      [String(put.VersionId)]: ['AWSPENDING', 'AWSCURRENT'],
    });
    expect(
      (await administrator.send(new GetSecretValueCommand({ SecretId: ARN, VersionId })))
        .SecretString,
    ).toBe('first');
  });

  it('rejects moving a label away from a version that is not named', async () => {
    const { ARN } = await administrator.send(
      new CreateSecretCommand({ Name: 'token-vending/a/label', SecretString: 'x' }),
    );
    const { VersionId } = await administrator.send(
      new PutSecretValueCommand({
        SecretId: ARN,
        SecretString: 'y',
        VersionStages: ['AWSPENDING'],
      }),
    );
    const move = administrator.send(
      new UpdateSecretVersionStageCommand({
        SecretId: ARN,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: VersionId,
      }),
    );
    await expect(move).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('accepts the same put twice, and not another value under its token', async () => {
    await administrator.send(new CreateSecretCommand({ Name: 'token-vending/a/again' }));
    const put = (SecretString: string) =>
      administrator.send(
        new PutSecretValueCommand({
          SecretId: 'token-vending/a/again',
          SecretString,
          ClientRequestToken: 'a'.repeat(32),
        }),
      );
    expect((await put('x')).VersionId).toBe((await put('x')).VersionId);
    await expect(put('y')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('lists by prefix, page by page', async () => {
    for (const name of ['p1', 'p2', 'p3'])
      await administrator.send(new CreateSecretCommand({ Name: `token-vending/pages/${name}` }));
    const Filters = [{ Key: 'name' as const, Values: ['token-vending/pages/'] }];
    const first = await administrator.send(new ListSecretsCommand({ Filters, MaxResults: 2 }));
    const second = await administrator.send(
      new ListSecretsCommand({ Filters, MaxResults: 2, NextToken: first.NextToken }),
    );
    expect([
      first.SecretList?.length,
      second.SecretList?.map(({ Name }) => Name),
      second.NextToken,
    ]).toEqual([2, ['token-vending/pages/p3'], undefined]);
  });

  it('tags and untags', async () => {
    const { ARN } = await administrator.send(
      new CreateSecretCommand({ Name: 'token-vending/a/tags' }),
    );
    await administrator.send(
      new TagResourceCommand({
        SecretId: ARN,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await administrator.send(new UntagResourceCommand({ SecretId: ARN, TagKeys: ['a'] }));
    expect((await administrator.send(new DescribeSecretCommand({ SecretId: ARN }))).Tags).toEqual([
      { Key: 'b', Value: '2' },
    ]);
  });

  it('keeps a deleted secret for its recovery window', async () => {
    const { ARN } = await administrator.send(
      new CreateSecretCommand({ Name: 'token-vending/a/gone', SecretString: 'x' }),
    );
    await administrator.send(new DeleteSecretCommand({ SecretId: ARN, RecoveryWindowInDays: 7 }));
    await expect(
      administrator.send(new GetSecretValueCommand({ SecretId: ARN })),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await administrator.send(new RestoreSecretCommand({ SecretId: ARN }));
    expect(
      (await administrator.send(new GetSecretValueCommand({ SecretId: ARN }))).SecretString,
    ).toBe('x');
    await administrator.send(
      new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }),
    );
    await expect(
      administrator.send(new DescribeSecretCommand({ SecretId: ARN })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('updates value, key and description, each alone or together', async () => {
    const { ARN, VersionId } = await administrator.send(
      new CreateSecretCommand({
        Name: 'token-vending/a/update',
        SecretString: 'x',
        Description: 'as it was',
        KmsKeyId: 'alias/old',
      }),
    );
    const update = async (change: object) =>
      await administrator.send(new UpdateSecretCommand({ SecretId: ARN, ...change }));
    const shown = async () => {
      const { Description, KmsKeyId } = await administrator.send(
        new DescribeSecretCommand({ SecretId: ARN }),
      );
      const { SecretString } = await administrator.send(
        new GetSecretValueCommand({ SecretId: ARN }),
      );
      return [SecretString, KmsKeyId, Description];
    };
    expect((await update({ KmsKeyId: 'alias/new' })).VersionId).toBeUndefined();
    expect(await shown()).toEqual(['x', 'alias/new', 'as it was']);
    const written = await update({ SecretString: 'y', KmsKeyId: '', Description: 'as it is' });
    expect(written.VersionId).not.toBe(VersionId);
    expect(await shown()).toEqual(['y', undefined, 'as it is']);
    const previous = { SecretId: ARN, VersionStage: 'AWSPREVIOUS' };
    expect((await administrator.send(new GetSecretValueCommand(previous))).SecretString).toBe('x');
  });

  it('updates no secret that is scheduled for deletion', async () => {
    const SecretId = 'token-vending/a/update-deleted';
    await administrator.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
    await administrator.send(new DeleteSecretCommand({ SecretId }));
    await expect(
      administrator.send(new UpdateSecretCommand({ SecretId, SecretString: 'y' })),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  it('permits updating and restoring by policy only', async () => {
    const SecretId = 'token-vending/a/update-denied';
    await administrator.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' }));
    const denied = { name: 'AccessDeniedException' };
    for (const name of ['token-vending-function', 'ci-checkout']) {
      const client = clientOf(name);
      const update = new UpdateSecretCommand({ SecretId, SecretString: 'y' });
      await expect(client.send(update)).rejects.toMatchObject(denied);
      await expect(client.send(new RestoreSecretCommand({ SecretId }))).rejects.toMatchObject(
        denied,
      );
    }
  });

  it('permits the function to read two versions and nothing else, and others nothing', async () => {
    await administrator.send(
      new CreateSecretCommand({ Name: 'token-vending/a/rights', SecretString: 'x' }),
    );
    const reader = clientOf('token-vending-function');
    const denied = { name: 'AccessDeniedException' };
    const read = (
      query: { VersionStage?: string; VersionId?: string },
      SecretId = 'token-vending/a/rights',
    ) => reader.send(new GetSecretValueCommand({ SecretId, ...query }));
    const first = await read({ VersionStage: 'AWSCURRENT' });
    expect(first.SecretString).toBe('x');
    for (const SecretString of ['y', 'z'])
      await administrator.send(
        new PutSecretValueCommand({ SecretId: 'token-vending/a/rights', SecretString }),
      );
    expect((await read({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('y');
    const VersionId = first.VersionId as string;
    await expect(read({})).rejects.toMatchObject(denied);
    await expect(read({ VersionId })).rejects.toMatchObject(denied);
    await expect(read({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject(denied);
    await expect(read({ VersionStage: 'AWSCURRENT', VersionId })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(read({ VersionStage: 'AWSCURRENT' }, 'other/a/rights')).rejects.toMatchObject(
      denied,
    );
    await expect(
      read({ VersionStage: 'AWSCURRENT' }, 'token-vending/a/none'),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      reader.send(
        new PutSecretValueCommand({ SecretId: 'token-vending/a/rights', SecretString: 'forged' }),
      ),
    ).rejects.toMatchObject(denied);
    await expect(
      clientOf('ci-checkout').send(
        new GetSecretValueCommand({ SecretId: 'token-vending/a/rights' }),
      ),
    ).rejects.toMatchObject(denied);
  });

  it('rejects an unknown caller', async () => {
    await expect(clientOf('nobody').send(new ListSecretsCommand({}))).rejects.toBeInstanceOf(Error);
  });

  it('stores its state in a file for its owner only, and reads it again', async () => {
    const file = path.join(directory, 'secrets.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await SecretStore.open(file)).find('token-vending/a/one')?.versions).toHaveLength(2);
  });
});
