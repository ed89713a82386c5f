import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openRegistryEndpoint, type RegistryEndpoint } from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';

const NAME = 'checkout/orders-api';
const isTerminal = process.stdin.isTTY;
let registry: RegistryEndpoint;

beforeEach(async () => {
  registry = await openRegistryEndpoint();
  await registry.world.register();
  process.stdin.isTTY = false;
});
afterEach(async () => {
  process.stdin.isTTY = isTerminal;
  await registry.close();
});

describe('credentials delete', () => {
  it('schedules the deletion, and says how to take it back', async () => {
    const { stdout, stderr, code } = await registry.run('credentials', 'delete', NAME, '--yes');
    expect([code, stdout]).toEqual([undefined, expect.stringMatching(/ deleted: version \S+\n$/)]);
    expect(stderr).toContain(`For 30 days, token-vending credentials restore ${NAME}`);
    const show = await registry.run('credentials', 'show', NAME);
    expect(show).toMatchObject({ code: 3, stdout: '' });
    expect(show.stderr).toMatch(/scheduled for deletion[\s\S]*credentials restore/);
  });

  it('states the days in which it can be taken back', async () => {
    const days = ['--recovery-days', '7', '--yes', '--json'];
    const { stdout } = await registry.run('credentials', 'delete', NAME, ...days);
    const version = expect.any(String);
    expect(JSON.parse(stdout)).toEqual({
      credential: NAME,
      outcome: 'deleted',
      version,
      recoverable_days: 7,
    });
    expect(registry.requests).toEqual([`DELETE ${PATH}?recovery_days=7`]);
  });

  it.each(['6', '31', 'soon', '7.5'])('knows that %s days cannot be', async (days) => {
    const flags = ['--yes', '--recovery-days', days];
    expect(await registry.run('credentials', 'delete', NAME, ...flags)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('7 to 30'),
    });
    expect(registry.requests).toEqual([]);
  });

  it('deletes nothing that nobody confirms', async () => {
    expect(await registry.run('credentials', 'delete', NAME)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('add --yes'),
    });
    expect(registry.requests).toEqual([]);
  });

  it('says that there is no such credential', async () => {
    const none = await registry.run('credentials', 'delete', 'checkout/nothing-api', '--yes');
    expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('does not exist') });
  });
});

describe('credentials restore', () => {
  it('takes the deletion back', async () => {
    await registry.run('credentials', 'delete', NAME, '--yes');
    const { stdout, code } = await registry.run('credentials', 'restore', NAME);
    expect([code, stdout]).toEqual([undefined, expect.stringMatching(/ restored: version \S+\n$/)]);
    const again = JSON.parse((await registry.run('credentials', 'restore', NAME, '--json')).stdout);
    expect(again).toEqual({
      credential: NAME,
      outcome: 'restored',
      version: expect.any(String),
    });
  });

  it('says that policy does not permit it', async () => {
    registry.world.policy.allowed = new Set();
    expect(await registry.run('credentials', 'restore', NAME)).toMatchObject({ code: 3 });
  });
});
