import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { imagineCaller } from '../../../../lib/access/caller.ts';
import { type PolicyReload, reloadPolicy } from '../../../../lib/access/cedar/reload.ts';
import { NOON, openDirectory } from '../../../support/policies.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'token-vending-policies-'));
});
afterAll(() => rm(directory, { recursive: true }));

const caller = imagineCaller('arn:aws:iam::111122223333:role/ci', undefined);

describe('a policy that is edited while it runs', () => {
  it('loads a valid edit, and keeps the previous policies after an invalid one', async () => {
    let clock = 1_700_000_000;
    const edit = async (text: string) => {
      const file = path.join(directory, 'a.cedar');
      await writeFile(file, text);
      clock += 1;
      await utimes(file, clock, clock);
    };
    const outcomes: PolicyReload[] = [];
    await edit('@id("p") permit (principal, action, resource);');
    const policy = reloadPolicy(
      () => openDirectory(directory),
      directory,
      (outcome) => outcomes.push(outcome),
    );
    const first = policy.version;
    if (caller === undefined) throw new Error('no caller');
    const allowed = () =>
      policy.decide({
        caller,
        action: 'vendToken',
        credential: { team: 'a', name: 'b' },
        context: NOON,
      }).allowed;
    expect([allowed(), outcomes]).toEqual([true, []]);

    await edit('@id("f") forbid (principal, action, resource);');
    expect([allowed(), allowed()]).toEqual([false, false]);
    expect(outcomes).toEqual([{ version: policy.version }]);
    expect(policy.version).not.toBe(first);

    await edit('@id("p") permit (principal');
    expect([allowed(), allowed()]).toEqual([false, false]);
    expect(outcomes[1]).toMatchObject({
      error: { code: 'config_invalid', message: expect.stringContaining('a.cedar:1:') },
    });
    expect(outcomes).toHaveLength(2);

    await edit('@id("p") permit (principal, action, resource);');
    expect([allowed(), outcomes[2]]).toEqual([true, { version: first }]);

    await rm(path.join(directory, 'a.cedar'));
    expect(allowed()).toBe(true);
    expect(outcomes[3]).toMatchObject({ error: { code: 'config_invalid' } });
  });

  it('keeps the previous policies if its directory is removed', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'token-vending-policies-'));
    await writeFile(path.join(folder, 'a.cedar'), '@id("p") permit (principal, action, resource);');
    const outcomes: PolicyReload[] = [];
    const policy = reloadPolicy(
      () => openDirectory(folder),
      folder,
      (outcome) => outcomes.push(outcome),
    );
    await rm(folder, { recursive: true });
    const request = {
      caller: caller as NonNullable<typeof caller>,
      action: 'vendToken',
      credential: { team: 'a', name: 'b' },
      context: NOON,
    } as const;
    expect([policy.decide(request).allowed, policy.decide(request).allowed]).toEqual([true, true]);
    expect(outcomes).toEqual([
      {
        error: expect.objectContaining({
          code: 'config_invalid',
          message: expect.stringContaining('cannot be read'),
        }),
      },
    ]);
  });
});
