import { describe, expect, it } from '@jest/globals';
import { CONFIG_VARIABLES, parseFunctionConfig } from '../../../lib/vending/config.ts';

const invoked = { TOKEN_VENDING_ALIAS: 'live', TOKEN_VENDING_INVOKED_BY: 'function-url' };
const s3 = { ...invoked, TOKEN_VENDING_AUDIT: 's3://audit-bucket/prefix' };

describe('function config', () => {
  it('needs the audit log, the alias and the endpoint, and nothing else', () => {
    expect(parseFunctionConfig(s3)).toEqual({
      name: 'token-vending',
      secretPrefix: 'token-vending/',
      policies: '',
      profiles: '',
      audit: { kind: 's3', bucket: 'audit-bucket', prefix: 'prefix' },
      endpoint: { alias: 'live', kind: 'function-url', apiId: undefined },
      listCredentials: true,
      registryUrl: '',
      budgets: { mints: 60, unknownNames: 30 },
      local: false,
      troubleshootingUrl: expect.stringMatching(/troubleshooting\.md$/),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(
      parseFunctionConfig({ ...s3, TOKEN_VENDING_AUDIT: 's3://audit-bucket' }).audit,
    ).toMatchObject({
      prefix: '',
    });
    expect(CONFIG_VARIABLES).toContain('TOKEN_VENDING_LIST_CREDENTIALS');
  });

  it('reads every variable of its own, ignores others, and has a digest', () => {
    const config = parseFunctionConfig({
      ...invoked,
      AWS_REGION: 'eu-north-1',
      TOKEN_VENDING_AUDIT: 'file:///var/audit',
      TOKEN_VENDING_LOCAL: 'true',
      TOKEN_VENDING_LIST_CREDENTIALS: 'false',
      TOKEN_VENDING_MINTS_PER_MINUTE: '1',
      TOKEN_VENDING_UNKNOWN_NAMES_PER_MINUTE: '1000000',
      TOKEN_VENDING_POLICIES: 'policies',
      TOKEN_VENDING_PROFILES: 'profiles',
      TOKEN_VENDING_REGISTRY_URL: 'https://registry.example.com/',
      TOKEN_VENDING_SECRET_PREFIX: 'team-secrets/',
      TOKEN_VENDING_TROUBLESHOOTING_URL: 'https://docs.example.com',
    });
    expect(config).toMatchObject({
      audit: { kind: 'file', directory: '/var/audit' },
      local: true,
      listCredentials: false,
      budgets: { mints: 1, unknownNames: 1_000_000 },
      policies: 'policies',
      profiles: 'profiles',
      registryUrl: 'https://registry.example.com',
      secretPrefix: 'team-secrets/',
    });
    expect(config.digest).not.toBe(parseFunctionConfig(s3).digest);
  });

  it.each([
    ['function-url', 'function-url', undefined],
    ['function-url/abcdefghij', 'function-url', 'abcdefghij'],
    ['rest-api/a1b2c3d4e5', 'rest-api', 'a1b2c3d4e5'],
  ])('reads the endpoint %s', (text, kind, apiId) => {
    const { endpoint } = parseFunctionConfig({ ...s3, TOKEN_VENDING_INVOKED_BY: text });
    expect(endpoint).toEqual({ alias: 'live', kind, apiId });
  });

  it.each([
    ['TOKEN_VENDING_ALIAS', undefined, /TOKEN_VENDING_ALIAS is missing/],
    // As an alias, a version number or $LATEST would let a direct invocation pass.
    ['TOKEN_VENDING_ALIAS', '', /TOKEN_VENDING_ALIAS must be the name of a Lambda alias/],
    ['TOKEN_VENDING_ALIAS', '7', /TOKEN_VENDING_ALIAS must be the name of a Lambda alias/],
    ['TOKEN_VENDING_ALIAS', '$LATEST', /TOKEN_VENDING_ALIAS must be the name of a Lambda alias/],
    ['TOKEN_VENDING_INVOKED_BY', undefined, /TOKEN_VENDING_INVOKED_BY is missing/],
    ['TOKEN_VENDING_INVOKED_BY', 'rest-api', /TOKEN_VENDING_INVOKED_BY must be function-url/],
    ['TOKEN_VENDING_INVOKED_BY', 'rest-api/', /TOKEN_VENDING_INVOKED_BY must be function-url/],
    ['TOKEN_VENDING_INVOKED_BY', 'anything', /TOKEN_VENDING_INVOKED_BY must be function-url/],
  ])('does not start with %s %p, in the local system too', (name, value, message) => {
    for (const local of ['true', 'false']) {
      const environment = { ...s3, TOKEN_VENDING_LOCAL: local, [name]: value };
      if (value === undefined) Reflect.deleteProperty(environment, name);
      expect(() => parseFunctionConfig(environment)).toThrow(message);
    }
  });

  it.each([
    ['no audit log', invoked, /TOKEN_VENDING_AUDIT is missing/],
    ...['0', '-1', '1.5', '1e3', '1000001', 'none', ''].map(
      (value) =>
        [
          `a budget of ${JSON.stringify(value)}`,
          { ...s3, TOKEN_VENDING_MINTS_PER_MINUTE: value },
          /TOKEN_VENDING_MINTS_PER_MINUTE must be a whole number from 1 to 1000000/,
        ] as const,
    ),
    [
      'an audit log elsewhere',
      { ...invoked, TOKEN_VENDING_AUDIT: 'https://x' },
      /TOKEN_VENDING_AUDIT must be s3:\/\//,
    ],
    [
      'a file outside the local system',
      { ...invoked, TOKEN_VENDING_AUDIT: 'file:///x' },
      /must be s3:\/\/ outside the local system/,
    ],
    [
      'an unknown variable',
      { ...s3, TOKEN_VENDING_SECRET: 'x' },
      /TOKEN_VENDING_SECRET is not a variable/,
    ],
    [
      'a switch that is neither on nor off',
      { ...s3, TOKEN_VENDING_LOCAL: 'yes' },
      /TOKEN_VENDING_LOCAL must be true or false/,
    ],
    [
      'a prefix without its slash',
      { ...s3, TOKEN_VENDING_SECRET_PREFIX: 'x' },
      /TOKEN_VENDING_SECRET_PREFIX must be/,
    ],
    ...['ftp://registry.example.com', 'https://registry.example.com?x=1', 'registry'].map(
      (value) =>
        [
          `a registry at ${value}`,
          { ...s3, TOKEN_VENDING_REGISTRY_URL: value },
          /TOKEN_VENDING_REGISTRY_URL must be an https URL without a query/,
        ] as const,
    ),
    ['a page that is no URL', { ...s3, TOKEN_VENDING_TROUBLESHOOTING_URL: 'x' }, /must be a URL/],
  ])('rejects %s', (_what, environment, text) => {
    expect(() => parseFunctionConfig(environment)).toThrow(text);
  });
});
