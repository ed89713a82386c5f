import { describe, expect, it } from '@jest/globals';
import { formatPath } from '../../../provider/framework/values/path.ts';
import { UNKNOWN } from '../../../provider/framework/values/value.ts';
import { configurationSchema } from '../../../provider/hiiretail/configuration-schema.ts';
import {
  type ProviderConfig,
  readSettings,
  toDiagnosticTexts,
} from '../../../provider/hiiretail/settings.ts';

const EMPTY = {
  ...Object.fromEntries(Object.keys(configurationSchema.attributes).map((name) => [name, null])),
  token_vending: null,
};
const BLOCK = {
  endpoint: null,
  region: null,
  credential: null,
  profile: null,
  min_ttl: null,
  assume_role: null,
};

const errorsOf = (config: object) =>
  readSettings({ ...EMPTY, tenant_id: 'T1', ...config } as unknown as ProviderConfig, {}).errors;
const describedErrorsOf = (config: object) =>
  errorsOf(config).map(({ path = [], summary, detail }) => [
    formatPath(path),
    `${summary}: ${detail}`,
  ]);

describe('the settings of the block token_vending', () => {
  it('report an invalid endpoint of the block, or one without a region', () => {
    const block = { ...BLOCK, credential: 'team/iam' };
    const at = (endpoint: string, region: string | null = null) =>
      describedErrorsOf({ token_vending: { ...block, endpoint, region } });
    expect(at('https://vend.example.com', 'eu-north-1')).toEqual([]);
    const hidden = at('https://vend.example.com');
    expect(hidden.map(([path]) => path)).toEqual(['token_vending.region']);
    expect(hidden[0]?.[1]).toMatch(/TOKEN_VENDING_REGION or AWS_REGION/);
    for (const endpoint of ['vend.example.com', 'http://vend.example.com']) {
      expect(at(endpoint, 'eu-north-1').map(([path]) => path)).toEqual(['token_vending.endpoint']);
    }
  });

  it('report errors of a role to assume, each at its attribute, and skip unknown values', () => {
    const endpoint = 'https://x.lambda-url.eu-north-1.on.aws';
    const role = { role_arn: 'me', session_name: 'a b', external_id: null, duration: '5m' };
    const block = { ...BLOCK, endpoint, credential: 'team/iam', min_ttl: '2 days' };
    const at = (assume_role: unknown, more = {}) =>
      describedErrorsOf({ token_vending: { ...block, ...more, assume_role } }).map(
        ([path]) => path,
      );
    expect(at(role)).toEqual([
      'token_vending.assume_role.role_arn',
      'token_vending.assume_role.session_name',
      'token_vending.assume_role.duration',
      'token_vending.min_ttl',
    ]);
    expect(at(UNKNOWN, { min_ttl: UNKNOWN })).toEqual([]);
    expect(at({ ...role, role_arn: UNKNOWN, session_name: null, duration: null })).toEqual([
      'token_vending.min_ttl',
    ]);
    expect(at(null, { endpoint: UNKNOWN, min_ttl: null })).toEqual([]);
  });

  it('become diagnostics without inConfiguration', () => {
    const errors = errorsOf({ token_vending: BLOCK });
    const [first] = toDiagnosticTexts(errors);
    expect(Object.keys(first ?? {}).sort()).toEqual(['detail', 'path', 'summary']);
    expect(toDiagnosticTexts(errors)).toHaveLength(errors.length);
  });
});

describe('the settings of direct mode', () => {
  it('refuse an issuer with a query, and an audience of two words', () => {
    const direct = { client_id: 'id-1', client_secret: 'fake-secret-0001' };
    const issuer = (text: string) => describedErrorsOf({ ...direct, issuer: text });
    expect(issuer('https://a.example/tenant')).toEqual([]);
    expect(issuer('https://a.example?x').map(([path]) => path)).toEqual(['issuer']);
    expect(describedErrorsOf({ ...direct, audience: 'two words' }).map(([path]) => path)).toEqual([
      'audience',
    ]);
  });
});
