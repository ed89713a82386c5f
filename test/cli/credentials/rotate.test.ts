import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  openRegistryEndpoint,
  type RegistryEndpoint,
  refusal,
} from '../../support/registry-endpoint.ts';
import { PATH } from '../../support/registry-world.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;
let states: object[] = [];

beforeEach(async () => {
  registry = await openRegistryEndpoint();
  let isStarted = false;
  registry.script = ({ method }) => {
    if (method === 'GET' && !isStarted) return { status: 200, json: stateOf(undefined) };
    isStarted = method === 'POST' || states.length > 1;
    return method === 'POST'
      ? { status: 202, json: { credential: NAME, version_id: 'v1', pending_version_id: 'v2' } }
      : { status: 200, json: stateOf(states.length > 1 ? states.shift() : states[0]) };
  };
});
afterEach(() => registry.close());

const stateOf = (last: object | undefined) => ({
  credential: NAME,
  version_id: 'v1',
  status: 'enabled',
  document: {},
  secret_members: [],
  versions: [{ version_id: 'v2', stages: ['AWSPENDING'] }],
  rotation: { enabled: true, pending_version_id: 'v2', last },
});
const step = (name: string, more: object = {}) => ({
  outcome: 'done',
  step: name,
  version_id: 'v2',
  at: 1_795_000_000,
  ...more,
});
const failed = step('test', {
  outcome: 'failed',
  code: 'credential_refused',
  message: 'The server refused the client.',
  advice: 'Correct the client.',
});
const rotate = (...flags: string[]) => registry.run('credentials', 'rotate', NAME, ...flags);

describe('credentials rotate', () => {
  it('starts a rotation, shows its steps, and says that it ended', async () => {
    states = [step('set'), step('finish')];
    const { stdout, stderr, code } = await rotate();
    expect([code, stdout]).toEqual([undefined, `${NAME} rotated: version v2\n`]);
    expect(stderr).toBe(`rotation of ${NAME} started: version v2
  step create done
  step set done at 2026-11-18T11:06:40Z
  step test done
  step finish done at 2026-11-18T11:06:40Z
`);
    expect(registry.requests).toEqual([
      `GET ${PATH}`,
      `POST ${PATH}/rotate`,
      `GET ${PATH}`,
      `GET ${PATH}`,
    ]);
  });

  it('prints nothing but JSON with --json', async () => {
    states = [step('finish')];
    const { stdout, stderr } = await rotate('--json');
    expect([JSON.parse(stdout), stderr]).toEqual([
      { credential: NAME, outcome: 'rotated', version: 'v2' },
      '',
    ]);
  });

  it('ends with step, reason and remedy of a rotation that failed', async () => {
    states = [failed];
    const { stdout, stderr, code } = await rotate();
    expect([code, stdout]).toEqual([10, '']);
    expect(stderr).toMatch(
      /failed at the step test: The server refused the client\. \(credential_refused\)\n {2}Correct the client\.\n/,
    );
    const json = await rotate('--json');
    expect(JSON.parse(json.stdout)).toEqual({
      credential: NAME,
      outcome: 'failed',
      version: 'v2',
      step: failed,
    });
    expect(JSON.parse(json.stderr).error).toMatchObject({ exit_code: 10 });
  });

  it('waits no longer than it may, and says that the rotation goes on', async () => {
    states = [step('create')];
    expect(await rotate('--wait', '1s')).toMatchObject({
      code: 11,
      stdout: '',
      stderr: expect.stringMatching(/has not ended yet[\s\S]*It goes on/),
    });
    expect(JSON.parse((await rotate('--wait', '1s', '--json')).stdout)).toMatchObject({
      outcome: 'pending',
    });
  });

  it('does not wait with --no-wait', async () => {
    const { stdout, stderr, code } = await rotate('--no-wait');
    expect([code, stdout]).toEqual([undefined, '']);
    expect(stderr).toBe(`rotation of ${NAME} started: version v2\n`);
    expect(JSON.parse((await rotate('--no-wait', '--json')).stdout)).toMatchObject({
      outcome: 'started',
      version: 'v2',
    });
    expect(registry.requests).toHaveLength(2);
  });

  it('says why no rotation was started', async () => {
    registry.script = () => undefined;
    await registry.world.register();
    const { code, stderr } = await rotate();
    expect([code, stderr]).toEqual([7, expect.stringContaining('The document has no rotation')]);
    expect(await rotate('--wait', 'soon')).toMatchObject({ code: 2 });
  });

  it('says that the rotation goes on if it cannot be read, or is interrupted', async () => {
    const respond = registry.script;
    registry.script = (asked) =>
      asked.method === 'GET' ? refusal(403, 'policy_denied') : respond(asked);
    const { code, stderr } = await rotate();
    expect([code, stderr]).toEqual([3, expect.stringContaining('The rotation goes on.')]);
    const interrupt = new AbortController();
    let isStarted = false;
    registry.script = (asked) => {
      if (asked.method === 'GET' && isStarted) interrupt.abort();
      isStarted ||= asked.method === 'POST';
      return respond(asked);
    };
    states = [step('create')];
    const words = ['credentials', 'rotate', NAME];
    expect(await registry.runUntil(interrupt.signal, ...words)).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/interrupted\. The rotation goes on\. .*credentials show/),
    });
  });
});
