import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  openRegistryEndpoint,
  type RegistryEndpoint,
  refusal,
} from '../../support/registry-endpoint.ts';

const NAME = 'checkout/orders-api';
let registry: RegistryEndpoint;

beforeEach(async () => {
  registry = await openRegistryEndpoint();
  await registry.world.register();
});
afterEach(() => registry.close());

const WRITES: readonly (readonly string[])[] = [
  ['disable'],
  ['bump-epoch'],
  ['edit', '--set', 'scope=orders:read'],
  ['delete', '--yes'],
  ['restore'],
  ['rotate'],
];
const READS = [['show'], ['versions'], ['test'], ['jwks']];

const isWrite = (method: string, path: string) => method !== 'GET' && !path.endsWith('/test');
const wordsOf = ([command = '', ...flags]: readonly string[]) => [
  'credentials',
  command,
  NAME,
  ...flags,
];
const CHECK = `The change may have been carried out.\n  token-vending credentials show ${NAME}`;

describe('a command that is interrupted', () => {
  it.each(WRITES)('says that the change may have been carried out: %s', async (...words) => {
    const interrupt = new AbortController();
    registry.script = async ({ method, path }) => {
      if (!isWrite(method, path)) return undefined;
      interrupt.abort();
      return await new Promise(() => undefined);
    };
    const ran = await registry.runUntil(interrupt.signal, ...wordsOf(words));
    expect(ran).toMatchObject({ code: 130, stdout: '' });
    expect(ran.stderr).toContain(`interrupted. ${CHECK}`);
  });

  it.each([...READS, ['bump-epoch'], ['edit', '--set', 'scope=a']])(
    'says nothing more if nothing was changed: %s',
    async (...words) => {
      const interrupt = new AbortController();
      registry.script = async () => {
        interrupt.abort();
        return await new Promise(() => undefined);
      };
      expect(await registry.runUntil(interrupt.signal, ...wordsOf(words))).toEqual({
        code: 130,
        stdout: '',
        stderr: '',
      });
      expect(registry.requests).toHaveLength(1);
    },
  );

  it('says nothing more if the change was refused', async () => {
    const interrupt = new AbortController();
    const patches = () => registry.requests.filter((request) => request.startsWith('PATCH')).length;
    registry.script = async ({ method }) => {
      if (method === 'PATCH') return refusal(412, 'version_conflict');
      if (patches() === 0) return undefined;
      interrupt.abort();
      return await new Promise(() => undefined);
    };
    const ran = await registry.runUntil(interrupt.signal, 'credentials', 'bump-epoch', NAME);
    expect(ran).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});

describe('a change without a response', () => {
  it('may have been carried out', async () => {
    registry.script = async () => await new Promise(() => undefined);
    const ran = await registry.run('credentials', 'disable', NAME, '--timeout', '0.2');
    expect(ran).toMatchObject({ code: 5, stdout: '' });
    expect(ran.stderr).toContain('The change may have been carried out. (endpoint_timeout)');
    expect(ran.stderr).toContain(`token-vending credentials show ${NAME}`);
  });

  it('is left to the text of the registry if that knows more', async () => {
    registry.script = () => refusal(502, 'credential_refused');
    const { code, stderr } = await registry.run('credentials', 'disable', NAME);
    expect([code, stderr]).toEqual([8, expect.not.stringContaining('may have been')]);
  });

  it('that was repeated may be the reason of a conflict', async () => {
    registry.script = ({ method }) => {
      if (method !== 'PATCH') return undefined;
      registry.script = () => refusal(412, 'version_conflict');
      return refusal(503, 'secrets_unavailable');
    };
    const { code, stderr } = await registry.run('credentials', 'bump-epoch', NAME);
    expect([code, stderr]).toEqual([9, expect.not.stringContaining('The registry is right')]);
  });
});
