import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  openRegistryEndpoint,
  type RegistryEndpoint,
  refusal,
} from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;

beforeEach(async () => {
  registry = await openRegistryEndpoint();
  await registry.world.register();
});
afterEach(() => registry.close());

describe('credentials disable and enable', () => {
  it('switches a credential off and on, and says what that means', async () => {
    const { stdout, stderr, code } = await registry.run('credentials', 'disable', NAME);
    expect([code, stdout]).toEqual([
      undefined,
      expect.stringMatching(/^checkout\/orders-api disabled: version \S+\n$/),
    ]);
    expect(stderr).toContain('within 60 s');
    expect(registry.world.stored()).toMatchObject({ status: 'disabled' });
    await registry.run('credentials', 'enable', NAME);
    expect(registry.world.stored()).toMatchObject({ status: 'enabled' });
  });

  it('needs the permission of a switch alone, and reads nothing', async () => {
    registry.world.policy.allowed = new Set([`switchCredential ${NAME}`]);
    const { stdout, code } = await registry.run('credentials', 'disable', NAME, '--json');
    expect(code).toBeUndefined();
    expect(JSON.parse(stdout)).toEqual({
      credential: NAME,
      outcome: 'disabled',
      version: expect.any(String),
    });
    expect(registry.requests).toEqual([`PATCH ${PATH}`]);
  });

  it('says that policy does not permit it', async () => {
    registry.world.policy.allowed = new Set();
    expect(await registry.run('credentials', 'disable', NAME)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('(policy_denied)'),
    });
  });

  it('says that there is no such credential, and how one is registered', async () => {
    const none = await registry.run('credentials', 'disable', 'checkout/nothing-api');
    expect(none).toMatchObject({ code: 3, stdout: '' });
    expect(none.stderr).toMatch(/does not exist[\s\S]*credentials put/);
  });

  it('sends nothing for a name that is none', async () => {
    expect(await registry.run('credentials', 'disable', 'Orders')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Orders is not a credential: it must be team/name'),
    });
    expect(registry.requests).toEqual([]);
  });
});

describe('credentials bump-epoch', () => {
  it('raises the epoch by one', async () => {
    const { stdout } = await registry.run('credentials', 'bump-epoch', NAME);
    expect(stdout).toMatch(/^checkout\/orders-api epoch 1: version \S+\n$/);
    await registry.run('credentials', 'bump-epoch', NAME);
    expect(registry.world.stored()).toMatchObject({ epoch: 2 });
  });

  it('reads the epoch again if somebody else changed the credential meanwhile', async () => {
    registry.script = async ({ method }) => {
      if (method !== 'PATCH') return undefined;
      registry.script = () => undefined;
      const headers = { 'if-match': '*' };
      await registry.world.start('PATCH', PATH, { body: { epoch: 7 }, headers });
      return undefined;
    };
    expect(await registry.run('credentials', 'bump-epoch', NAME)).toMatchObject({
      code: undefined,
    });
    expect(registry.world.stored()).toMatchObject({ epoch: 8 });
  });

  it('gives up at the second conflict', async () => {
    registry.script = ({ method }) =>
      method === 'PATCH' ? refusal(412, 'version_conflict') : undefined;
    expect(await registry.run('credentials', 'bump-epoch', NAME)).toMatchObject({
      code: 9,
      stderr: expect.stringContaining('(version_conflict)'),
    });
    expect(registry.requests).toHaveLength(4);
  });

  it('says what to do without the right to read the credential', async () => {
    registry.world.policy.allowed = new Set([`switchCredential ${NAME}`]);
    const { code, stderr } = await registry.run('credentials', 'bump-epoch', NAME);
    expect(code).toBe(3);
    expect(stderr).toContain('policy must permit describeCredential');
    expect(stderr).toContain('credentials disable');
  });
});

describe('credentials rotate-secret', () => {
  it('says what to use instead', async () => {
    const words = ['rotate-secret', NAME, '--secret-file', 'secret.txt'];
    const { code, stderr } = await registry.run('credentials', ...words);
    expect([code, registry.requests]).toEqual([2, []]);
    expect(stderr).toContain('token-vending credentials rotate.');
    expect(stderr).toContain('credentials edit --set-file client_secret=FILE');
  });
});

describe('a deployment without a registry', () => {
  it('is named as such by every command but list', async () => {
    registry.isNamed = false;
    const commands = ['show', 'test', 'disable', 'bump-epoch', 'rotate', 'restore', 'jwks'];
    for (const command of [...commands, 'versions']) {
      const { code, stdout, stderr } = await registry.run('credentials', command, NAME);
      expect([command, code, stdout]).toEqual([command, 8, '']);
      expect(stderr).toContain('(registry_absent)');
    }
  });
});
