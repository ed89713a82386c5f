import { describe, expect, it } from '@jest/globals';
import { formatPath } from '../../../provider/framework/values/path.ts';
import { UNKNOWN } from '../../../provider/framework/values/value.ts';
import { configurationSchema } from '../../../provider/hiiretail/configuration-schema.ts';
import { type ProviderConfig, readSettings } from '../../../provider/hiiretail/settings.ts';
import { findWarnings } from '../../../provider/hiiretail/settings-warnings.ts';
import { findTokenUrlError, findUrlError } from '../../../provider/hiiretail/url-rules.ts';

const EMPTY = {
  ...Object.fromEntries(Object.keys(configurationSchema.attributes).map((name) => [name, null])),
  token_vending: null,
} as unknown as ProviderConfig;
const BLOCK = {
  endpoint: null,
  region: null,
  credential: null,
  profile: null,
  min_ttl: null,
  assume_role: null,
};
const clientId = Buffer.from('sfw: demo@1.0@T1\ntid: T1\n').toString('base64url');
const direct = { client_id: clientId, client_secret: 'fake-secret-0001', tenant_id: 'T1' };

const read = (config: object, variables: Record<string, string> = {}) =>
  readSettings({ ...EMPTY, ...config } as ProviderConfig, variables);
const errorsOf = (config: object, variables: Record<string, string> = {}) =>
  read(config, variables).errors.map(({ path = [], summary, detail }) => [
    formatPath(path),
    `${summary}: ${detail}`,
  ]);

describe('the settings of the provider', () => {
  it('take an attribute before the environment, and the environment before a default', () => {
    const variables = {
      HIIRETAIL_TENANT_ID: 'from-environment',
      HIIRETAIL_CLIENT_ID: 'env-id',
      HIIRETAIL_CLIENT_SECRET: 'env-secret-1',
      HIIRETAIL_TOKEN_URL: 'https://auth.example.com/oauth2/token',
      HIIRETAIL_SCOPES: ' a, b ,c',
      HIIRETAIL_MAX_RETRIES: '0',
      HIIRETAIL_TIMEOUT: '45s',
      TF_VAR_tenant_id: 'never-read',
    };
    const { settings, errors } = read({ tenant_id: 'attribute' }, variables);
    expect(errors).toEqual([]);
    expect(settings).toEqual({
      tenantId: 'attribute',
      environment: 'live',
      baseUrl: 'https://iam-api.retailsvc.com',
      timeout: 45_000,
      maxRetries: 0,
      tokens: {
        mode: 'direct',
        clientId: 'env-id',
        clientSecret: 'env-secret-1',
        tokenUrl: 'https://auth.example.com/oauth2/token',
        issuer: 'https://auth.retailsvc.com',
        audience: 'https://hiiretail.com',
        scopes: ['a', 'b', 'c'],
      },
    });
    expect(read(direct).settings).toMatchObject({ timeout: 30_000, maxRetries: 3 });
  });

  it('do not read TF_VAR variables', () => {
    const variables = { TF_VAR_tenant_id: 'x', TF_VAR_client_id: 'x', TF_VAR_client_secret: 'x' };
    expect(errorsOf({}, variables).map(([path]) => path)).toEqual(['tenant_id', '']);
  });

  it('take tokens from the endpoint with the block token_vending, or with its variables alone', () => {
    const variables = {
      TOKEN_VENDING_ENDPOINT: 'https://x.lambda-url.eu-north-1.on.aws',
      TOKEN_VENDING_CREDENTIAL: 'team/iam',
      HIIRETAIL_TENANT_ID: 'T1',
    };
    const expected = { mode: 'vended', credential: 'team/iam', minTtl: undefined };
    expect(read({}, variables)).toMatchObject({ errors: [], settings: { tokens: expected } });
    const role = { role_arn: 'arn:aws:iam::111122223333:role/vend', session_name: null };
    const block = {
      ...BLOCK,
      endpoint: 'http://127.0.0.1:9470',
      region: 'eu-north-1',
      min_ttl: '5m',
      assume_role: { ...role, external_id: null, duration: '2h' },
    };
    expect(read({ token_vending: block }, variables).settings.tokens).toMatchObject({
      endpoint: 'http://127.0.0.1:9470',
      minTtl: 300,
      assumeRole: { roleArn: role.role_arn, sessionName: 'terraform', duration: 7200 },
    });
  });

  it('are all reported at once, each at its attribute and with the variable that could set it', () => {
    const errors = errorsOf({ base_url: 'http://iam.example.com', max_retries: 11 });
    expect(errors.map(([path]) => path)).toEqual(['tenant_id', 'base_url', '', 'max_retries']);
    expect(errors[0]?.[1]).toMatch(/HIIRETAIL_TENANT_ID/);
    expect(errors[2]?.[1]).toMatch(/TOKEN_VENDING_ENDPOINT.*HIIRETAIL_CLIENT_ID/);
    expect(errorsOf({ client_id: clientId }).map(([path]) => path)).toEqual([
      'tenant_id',
      'client_secret',
    ]);
    expect(errorsOf({ tenant_id: 'T1', token_vending: BLOCK }).map(([path]) => path)).toEqual([
      'token_vending.endpoint',
      'token_vending.credential',
    ]);
  });

  it('say which variable has an invalid value, and never the value', () => {
    const variables = {
      HIIRETAIL_TIMEOUT_SECONDS: 'soon',
      HIIRETAIL_MAX_RETRIES: '1e3',
      HIIRETAIL_CLIENT_SECRET: 'two words',
      HIIRETAIL_ENVIRONMENT: 'stage',
    };
    const errors = errorsOf({ tenant_id: 'T1', client_id: clientId }, variables);
    expect(errors.map(([path]) => path).sort()).toEqual([
      'client_secret',
      'environment',
      'max_retries',
      'timeout_seconds',
    ]);
    for (const [, text] of errors) {
      expect(text).toMatch(/the environment variable HIIRETAIL_\w+ sets/);
      expect(text).not.toMatch(/soon|1e3|two words|stage/);
    }
  });

  it('count an empty value, or one of spaces, as absent', () => {
    const paths = errorsOf({ ...direct, tenant_id: '  ', client_secret: '' }).map(([at]) => at);
    expect(paths).toEqual(['tenant_id', 'client_secret']);
    expect(errorsOf(direct, { HIIRETAIL_BASE_URL: '', HIIRETAIL_MAX_RETRIES: ' ' })).toEqual([]);
  });

  it('count an empty value as absent in the choice of the source of tokens, because variables may default to ""', () => {
    const variables = {
      TOKEN_VENDING_ENDPOINT: 'https://x.lambda-url.eu-north-1.on.aws',
      TOKEN_VENDING_CREDENTIAL: 'team/iam',
    };
    const empty = { client_id: '', client_secret: ' ', token_url: '', issuer: '', scopes: [] };
    for (const token_vending of [null, BLOCK]) {
      const { errors, settings } = read({ tenant_id: 'T1', token_vending, ...empty }, variables);
      expect(errors).toEqual([]);
      expect(settings.tokens.mode).toBe('vended');
    }
    expect(errorsOf({ tenant_id: 'T1', ...empty })[0]?.[1]).toMatch(/No source of tokens/);
  });

  it('count an unknown value as given in the choice of the source of tokens', () => {
    const both = { tenant_id: 'T1', token_vending: BLOCK, client_id: UNKNOWN };
    expect(errorsOf(both)[0]?.[1]).toMatch(/contradicts token_vending/);
  });

  it('refuse a role to assume without its ARN, which the configuration alone shows', () => {
    const role = { role_arn: '', session_name: null, external_id: null, duration: null };
    const block = { ...BLOCK, endpoint: 'https://x.lambda-url.eu-north-1.on.aws' };
    const vending = { ...block, credential: 'team/iam', assume_role: role };
    const { errors } = read({ tenant_id: 'T1', token_vending: vending });
    expect(errors).toMatchObject([
      { summary: 'token_vending.assume_role.role_arn is missing', inConfiguration: true },
    ]);
    const later = { ...vending, assume_role: { ...role, role_arn: UNKNOWN } };
    expect(errorsOf({ tenant_id: 'T1', token_vending: later })).toEqual([]);
  });

  it('state the format of a variable that cannot be parsed', () => {
    const textOf = (variables: Record<string, string>) => errorsOf(direct, variables)[0]?.[1];
    expect(textOf({ HIIRETAIL_TIMEOUT: '30 seconds' })).toMatch(/HIIRETAIL_TIMEOUT sets.*"90s"/);
    expect(textOf({ HIIRETAIL_MAX_RETRIES: 'many' })).toMatch(/whole number from 0 to 10/);
    expect(errorsOf(direct, { HIIRETAIL_TIMEOUT: '30s' })).toEqual([]);
  });

  it('are not missing while they are unknown', () => {
    expect(errorsOf({ tenant_id: UNKNOWN, client_id: UNKNOWN, client_secret: UNKNOWN })).toEqual(
      [],
    );
    expect(errorsOf({ tenant_id: 'T1', token_vending: UNKNOWN })).toEqual([]);
  });

  it('refuse two sources of tokens', () => {
    const block = { ...BLOCK, endpoint: 'https://x.lambda-url.eu-north-1.on.aws' };
    const both = { ...direct, token_vending: { ...block, credential: 'team/iam' } };
    expect(errorsOf(both).map(([path]) => path)).toEqual(['client_id', 'client_secret']);
    const variables = { HIIRETAIL_CLIENT_ID: 'x', TOKEN_VENDING_CREDENTIAL: 'team/iam' };
    const ambiguous = errorsOf({ tenant_id: 'T1' }, variables);
    expect(ambiguous[0]?.[1]).toMatch(/Two sources of tokens/);
  });

  it('find the environment only by the suffix of test tenants', () => {
    const hostOf = (tenant_id: string, more = {}) =>
      read({ ...direct, tenant_id, ...more }).settings;
    expect(hostOf('abc123test')).toMatchObject({
      environment: 'test',
      baseUrl: 'https://iam-api.retailsvc-test.com',
      tokens: { issuer: 'https://auth.retailsvc-test.com' },
    });
    for (const id of ['devstage1', 'testabc', 'TEST', 'xdevTstx', 'staging']) {
      expect(hostOf(id).baseUrl).toBe('https://iam-api.retailsvc.com');
    }
    expect(hostOf('abc', { environment: 'test' }).baseUrl).toMatch(/retailsvc-test/);
  });

  it('accept ids and secrets as OCMS issues them, and reject wrong copies', () => {
    const long = 'a'.repeat(255);
    expect(errorsOf({ ...direct, client_id: long, client_secret: 'f'.repeat(64) })).toEqual([]);
    expect(errorsOf({ ...direct, client_id: `${clientId}==` })).toEqual([]);
    for (const client_id of [`${long}a`, 'tid: T1\nsfw: x@1', 'a+b/c', 'two words']) {
      expect(errorsOf({ ...direct, client_id }).map(([path]) => path)).toEqual(['client_id']);
    }
    const wrapped = errorsOf({ ...direct, client_secret: 'abc\ndef' });
    expect(wrapped.map(([path]) => path)).toEqual(['client_secret']);
  });

  it('warn of valid values that are probably wrong', () => {
    const oddities = (more: object) =>
      findWarnings(read({ ...direct, ...more }).settings).map(({ path = [] }) => formatPath(path));
    expect(oddities({})).toEqual([]);
    expect(oddities({ client_secret: 'short' })).toEqual(['client_secret']);
    expect(oddities({ tenant_id: 'T2' })).toEqual(['client_id']);
    expect(oddities({ environment: 'test' })).toEqual(['tenant_id']);
    const elsewhere = { token_url: 'https://auth.retailsvc-test.com/oauth2/token' };
    expect(oddities(elsewhere)).toEqual(['token_url']);
  });
});

describe('URLs that tokens or secrets go to', () => {
  it.each([
    'https://iam-api.retailsvc.com',
    'http://127.0.0.1:9473',
    'http://localhost:1',
    'http://[::1]:8080/prefix',
  ])('may be %s', (url) => {
    expect(findUrlError(url)).toBeUndefined();
  });

  it.each([
    ['iam-api.retailsvc.com', /absolute/],
    ['http://iam-api.retailsvc.com', /https/],
    ['ftp://x.example', /https/],
    ['https://user:pass@x.example', /user name/],
    ['https://x.example/#part', /fragment/],
    ['https://x.example:0', /port/],
    ['https://x.example/a b', /spaces/],
    [`https://x.example/${'a'.repeat(2048)}`, /2048/],
    ['https://iam.retailsvc.com', /iam-api\.retailsvc\.com/],
    ['https://iam-api-test.retailsvc.com', /iam-api\.retailsvc-test\.com/],
  ])('may not be %s', (url, rule) => {
    expect(findUrlError(url)).toMatch(rule);
  });

  it('have a path if they are token endpoints, and not /oauth/token', () => {
    expect(findTokenUrlError('https://a.example/oauth2/token?x=1')).toBeUndefined();
    expect(findTokenUrlError('https://a.example')).toMatch(/path/);
    expect(findTokenUrlError('https://a.example/oauth/token')).toMatch(/\/oauth2\/token/);
  });

  it('have neither query nor version if they are the base of the API, and lose a trailing slash', () => {
    const baseOf = (base_url: string) => read({ ...direct, base_url });
    expect(baseOf('https://a.example/iam/').settings.baseUrl).toBe('https://a.example/iam');
    for (const url of [
      'https://a.example/api/v1',
      'https://a.example/iam/v1/',
      'https://a.example?x',
    ]) {
      expect(baseOf(url).errors).toHaveLength(1);
    }
  });
});
