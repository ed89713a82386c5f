import { beforeEach, describe, expect, it } from '@jest/globals';
import { SecretsError } from '../../../lib/credential/secret-errors.ts';
import { writeVersion } from '../../../lib/registry/write-version.ts';
import { MemorySecrets } from '../../support/memory-secrets.ts';

const NAME = 'token-vending/a/b';
const { signal } = new AbortController();
const idOf = (digit: number) => `11111111-1111-4111-8111-11111111111${digit}`;
const refused = (exception: string, message = 'No.') =>
  new SecretsError({ exception, message, status: 400 });
let api: MemorySecrets;

beforeEach(async () => {
  api = new MemorySecrets();
  await api.create({ name: NAME }, { signal });
});

const write = (digit: number, replaces?: string) =>
  writeVersion(api, NAME, { text: `{"n":${digit}}`, versionId: idOf(digit), replaces }, signal);
const stages = () =>
  Object.fromEntries(api.find(NAME)?.versions.map(({ id, stages }) => [id, stages]) ?? []);

describe('a version', () => {
  it('becomes the current one, and the one before becomes the previous one', async () => {
    await write(1);
    await write(2, idOf(1));
    expect(stages()).toEqual({ [idOf(1)]: ['AWSPREVIOUS'], [idOf(2)]: ['AWSCURRENT'] });
  });

  it('conflicts with another current version than the one that was read', async () => {
    await write(1);
    await write(2, idOf(1));
    await expect(write(3, idOf(1))).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(write(4)).rejects.toMatchObject({ code: 'version_conflict' });
    expect(stages()).toEqual({
      [idOf(1)]: ['AWSPREVIOUS'],
      [idOf(2)]: ['AWSCURRENT'],
      [idOf(3)]: [],
      [idOf(4)]: [],
    });
  });

  it('is stored if the response to the move is lost', async () => {
    await write(1);
    api.failingAfter.set('UpdateSecretVersionStage', new Error('socket hang up'));
    await write(2, idOf(1));
    expect(api.textOf(NAME)).toBe('{"n":2}');
  });

  it('is not stored if the move fails, and the error is that of the move', async () => {
    await write(1);
    api.failing.set('UpdateSecretVersionStage', refused('AccessDeniedException'));
    await expect(write(2, idOf(1))).rejects.toMatchObject({
      code: 'secrets_unavailable',
      detail: 'AccessDeniedException',
    });
    expect(api.textOf(NAME)).toBe('{"n":1}');
  });

  it('may be stored or not if nothing responds any more, and the error says so', async () => {
    await write(1);
    api.failingAfter.set('UpdateSecretVersionStage', new Error('socket hang up'));
    api.failing.set('DescribeSecret', new Error('socket hang up'));
    await expect(write(2, idOf(1))).rejects.toMatchObject({
      code: 'secrets_unavailable',
      message: expect.stringMatching(/^It is not known whether the change was stored/),
      advice: expect.stringMatching(/ETag/),
    });
  });

  it('is not written if the secret was deleted meanwhile', async () => {
    await write(1);
    await api.delete(NAME, 7, { signal });
    await expect(write(2, idOf(1))).rejects.toMatchObject({
      code: 'version_conflict',
      message: 'The credential was deleted meanwhile.',
    });
  });

  it('does not become current if the secret is deleted before the move', async () => {
    await write(1);
    api.turn = async (operation) => {
      if (operation !== 'UpdateSecretVersionStage') return;
      api.turn = async () => undefined;
      await api.delete(NAME, 7, { signal });
    };
    await expect(write(2, idOf(1))).rejects.toMatchObject({
      message: 'The credential was deleted meanwhile.',
    });
  });

  it('is not written if Secrets Manager refuses the value', async () => {
    api.failing.set('PutSecretValue', refused('LimitExceededException'));
    await expect(write(1)).rejects.toMatchObject({
      code: 'secrets_unavailable',
      message: 'The credential could not be written to Secrets Manager.',
    });
  });
});
