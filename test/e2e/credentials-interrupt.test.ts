import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cli } from '../support/command-line.ts';
import { openRegistryEndpoint, type RegistryEndpoint } from '../support/registry-endpoint.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;

beforeEach(async () => {
  registry = await openRegistryEndpoint();
  await registry.world.register();
});
afterEach(() => registry.close());

/** Runs the command line as a process, and interrupts it when a request of this method arrives. */
async function interruptAt(method: string, ...argv: string[]) {
  const child = spawn(process.execPath, [cli, 'credentials', ...argv], {
    env: { PATH: process.env['PATH'] ?? '', ...registry.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  registry.script = async (asked) => {
    if (asked.method !== method) return undefined;
    child.kill('SIGINT');
    return await new Promise(() => undefined);
  };
  const shown = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'exit');
  const [stdout, stderr] = await shown;
  return { code, stdout, stderr };
}

// Only a process shows that nothing keeps it alive.
describe('a command that waits for the registry ends at Ctrl-C', () => {
  it.each([
    ['GET', ['show', NAME]],
    ['GET', ['edit', NAME, '--set', 'scope=a']],
    ['POST', ['test', NAME]],
  ] as const)('at once, if nothing was changed: %s for %j', async (method, argv) => {
    expect(await interruptAt(method, ...argv)).toEqual({ code: 130, stdout: '', stderr: '' });
  });

  it.each([
    ['PATCH', ['disable', NAME]],
    ['PATCH', ['bump-epoch', NAME]],
    ['DELETE', ['delete', NAME, '--yes']],
    ['POST', ['rotate', NAME]],
  ] as const)('and says what may have happened: %s for %j', async (method, argv) => {
    expect(await interruptAt(method, ...argv)).toEqual({
      code: 130,
      stdout: '',
      stderr: expect.stringContaining('interrupted. The change may have been carried out.'),
    });
  });

  it('and says that a rotation goes on', async () => {
    const started = { credential: NAME, version_id: 'v1', pending_version_id: 'v2' };
    const interrupted = interruptAt('GET', 'rotate', NAME);
    const atGet = registry.script;
    let isStarted = false;
    registry.script = (asked) => {
      if (asked.method === 'GET') return isStarted ? atGet(asked) : undefined;
      isStarted = true;
      return { status: 202, json: started };
    };
    expect(await interrupted).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('interrupted. The rotation goes on.'),
    });
  });
});
