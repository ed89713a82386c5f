import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { RotationSecrets } from '../../lib/rotation/rotation-secrets.ts';
import { openRotationSecrets } from '../../lib/rotation/secrets-manager-rotation.ts';
import { makeCallers } from '../../local/callers.ts';
import { ROTATION } from '../../local/deployed-functions.ts';
import { type Secret, SecretStore } from '../../local/secret-store.ts';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import { putDocument } from '../../local/seed.ts';
import { ServiceError } from '../../local/service-error.ts';
import { MemorySecrets } from '../support/rotation/memory-secrets.ts';
import { ARN } from '../support/rotation/rotation-world.ts';

interface SecretsUnderTest {
  readonly secrets: RotationSecrets;
  /** Name or ARN of a secret with the document `{"n":1}`. */
  readonly secret: string;
  readonly tagOf: (key: string) => string | undefined;
}

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const { signal } = new AbortController();
const [v2, v3] = ['2', '3'].map((digit) => `0000000${digit}-0000-4000-8000-000000000000`) as [
  string,
  string,
];

/** What the secrets of a rotation must do. */
function itIsTheSecretsOfARotation(open: () => Promise<SecretsUnderTest>): void {
  const pending = { text: '{"n":2}', versionId: v2 };
  const currentOf = async ({ secrets, secret }: Pick<SecretsUnderTest, 'secrets' | 'secret'>) =>
    (await secrets.read(secret, { stage: 'AWSCURRENT' }, signal))?.versionId as string;

  it('stores a pending version, and the same once more', async () => {
    const { secrets, secret } = await open();
    expect(await secrets.read(secret, { stage: 'AWSPENDING', versionId: v2 }, signal)).toBe(
      undefined,
    );
    await secrets.put(secret, pending, 'AWSPENDING', signal);
    await secrets.put(secret, pending, 'AWSPENDING', signal);
    const version = { stage: 'AWSPENDING', versionId: v2 };
    expect(await secrets.read(secret, version, signal)).toEqual(pending);
    expect((await secrets.read(secret, { stage: 'AWSCURRENT' }, signal))?.text).toBe('{"n":1}');
    const described = await secrets.describe(secret, signal);
    expect(described.name).toBe('token-vending/checkout/orders-api');
    expect(described.stages[v2]).toEqual(['AWSPENDING']);
  });

  it('makes it current, and the one before previous', async () => {
    const { secrets, secret } = await open();
    await secrets.put(secret, pending, 'AWSPENDING', signal);
    const before = await currentOf({ secrets, secret });
    const move = { stage: 'AWSCURRENT', from: before, to: v2 };
    expect(await secrets.move(secret, move, signal)).toBe(true);
    expect(await currentOf({ secrets, secret })).toBe(v2);
    // The rotation may see which version that is, and not read it.
    const { stages } = await secrets.describe(secret, signal);
    expect(stages[String(before)]).toContain('AWSPREVIOUS');
  });

  it('moves no stage that somebody else has moved', async () => {
    const { secrets, secret } = await open();
    const before = await currentOf({ secrets, secret });
    await secrets.put(secret, pending, 'AWSCURRENT', signal);
    await secrets.put(secret, { text: '{"n":3}', versionId: v3 }, 'AWSPENDING', signal);
    const move = { stage: 'AWSCURRENT', from: before, to: v3 };
    expect(await secrets.move(secret, move, signal)).toBe(false);
    expect(await currentOf({ secrets, secret })).toBe(v2);
  });

  it('sets a stage that no version has, and no other', async () => {
    const { secrets, secret } = await open();
    await secrets.put(secret, pending, 'MINE', signal);
    expect(await secrets.move(secret, { stage: 'AWSPENDING', to: v2 }, signal)).toBe(true);
    await secrets.put(secret, { text: '{"n":3}', versionId: v3 }, 'MINE', signal);
    expect(await secrets.move(secret, { stage: 'AWSPENDING', to: v3 }, signal)).toBe(false);
    expect((await secrets.describe(secret, signal)).stages[v2]).toEqual(['AWSPENDING']);
  });

  it('removes a stage', async () => {
    const { secrets, secret } = await open();
    await secrets.put(secret, pending, 'AWSPENDING', signal);
    expect(await secrets.move(secret, { stage: 'AWSPENDING', from: v2 }, signal)).toBe(true);
    expect(await secrets.read(secret, { stage: 'AWSPENDING' }, signal)).toBeUndefined();
  });

  it('sets a tag, also one that is set', async () => {
    const { secrets, secret, tagOf } = await open();
    for (const value of ['done/create', 'done/set']) {
      await secrets.tag(secret, 'token-vending:rotation', value, signal);
      expect(tagOf('token-vending:rotation')).toBe(value);
    }
  });

  it('lists secrets with a tag, until it is removed', async () => {
    const { secrets, secret, tagOf } = await open();
    const [prefix, key] = ['token-vending/', 'token-vending:overlap-ends'];
    expect(await secrets.list(prefix, key, signal)).toEqual([]);
    await secrets.tag(secret, key, '2026-11-28T07:03:22Z', signal);
    const { tags } = await secrets.describe(secret, signal);
    expect(tags[key]).toBe('2026-11-28T07:03:22Z');
    expect(await secrets.list(prefix, key, signal)).toEqual([secret]);
    expect(await secrets.list('other/', key, signal)).toEqual([]);
    for (const _ of [1, 2]) {
      await secrets.untag(secret, key, signal);
      expect(tagOf(key)).toBeUndefined();
    }
    expect(await secrets.list(prefix, key, signal)).toEqual([]);
  });

  it('says that a secret is unknown', async () => {
    const { secrets } = await open();
    await expect(secrets.describe('token-vending/a/b', signal)).rejects.toMatchObject({
      code: 'credential_unknown',
    });
  });
}

describe('Secrets Manager', () => {
  async function open() {
    const directory = mkdtempSync(path.join(tmpdir(), 'token-vending-rotation-'));
    const callers = makeCallers();
    const store = await SecretStore.open(path.join(directory, 'secrets.json'));
    const endpoint = await startSecretsManager({ port: 0, region: 'eu-north-1', callers, store });
    const role = callers.get(ROTATION.role);
    if (role === undefined) throw new Error('the local system has a role of the rotation');
    const { accessKeyId, secretAccessKey, sessionToken = '' } = role;
    closing.push(async () => {
      await endpoint.close();
      rmSync(directory, { recursive: true });
    });
    await putDocument(store, 'checkout/orders-api', { n: 1 });
    const made = store.find('token-vending/checkout/orders-api') as Secret;
    // The role may write only secrets whose rotation its function does.
    await store.put({ ...made, rotation: { isEnabled: true, functionArn: ROTATION.arn } });
    const secrets = openRotationSecrets({
      region: 'eu-north-1',
      endpoint: endpoint.url,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    const secret = made.arn;
    const tagOf = (key: string) => store.find(secret)?.tags.find(({ Key }) => Key === key)?.Value;
    return { secrets, secret, tagOf, endpoint, store };
  }
  itIsTheSecretsOfARotation(open);

  it('refuses a secret that is not text, and says what failed', async () => {
    const { secrets, secret, store, endpoint } = await open();
    const stored = store.find(secret);
    if (stored === undefined) throw new Error('there is no secret');
    const [version] = stored.versions;
    const { text: _, ...rest } = version as NonNullable<typeof version>;
    await store.put({ ...stored, versions: [{ ...rest, binary: 'AA==' }] });
    const current = { stage: 'AWSCURRENT' };
    await expect(secrets.read(secret, current, signal)).rejects.toMatchObject({
      code: 'credential_invalid',
    });
    endpoint.fault = new ServiceError('DecryptionFailure', 'no key');
    const unavailable = {
      code: 'secrets_unavailable',
      message: expect.stringContaining('DecryptionFailure'),
    };
    await expect(secrets.read(secret, current, signal)).rejects.toMatchObject(unavailable);
    await expect(secrets.describe(secret, signal)).rejects.toMatchObject(unavailable);
    await expect(
      secrets.move(secret, { stage: 'AWSPENDING', from: v2 }, signal),
    ).rejects.toMatchObject(unavailable);
  });
});

describe('secrets in memory', () => {
  itIsTheSecretsOfARotation(async () => {
    const secrets = new MemorySecrets();
    const { tags } = secrets.add('checkout/orders-api', { n: 1 });
    const tagOf = (key: string) => tags.get(key);
    return { secrets, secret: ARN, tagOf };
  });
});
