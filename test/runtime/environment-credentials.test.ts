import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultProvider } from '../../runtime/environment-credentials.ts';

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

describe('credentials of the environment', () => {
  const before = NAMES.map((name) => [name, process.env[name]] as const);
  beforeEach(() => {
    for (const name of NAMES) delete process.env[name];
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('are those of the role, with its session token', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'id';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'key';
    process.env['AWS_SESSION_TOKEN'] = 'session';
    await expect(defaultProvider()()).resolves.toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'key',
      sessionToken: 'session',
    });
  });

  it('are read at each call, and have no session token if there is none', async () => {
    const provide = defaultProvider();
    process.env['AWS_ACCESS_KEY_ID'] = 'id';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'key';
    await expect(provide()).resolves.toEqual({ accessKeyId: 'id', secretAccessKey: 'key' });
  });

  it.each([
    ['no key', { AWS_ACCESS_KEY_ID: 'id' }],
    ['no id', { AWS_SECRET_ACCESS_KEY: 'key' }],
  ])('are an error if the environment holds %s', async (_, environment) => {
    Object.assign(process.env, environment);
    await expect(defaultProvider()()).rejects.toThrow('the environment holds no AWS credentials');
  });
});
