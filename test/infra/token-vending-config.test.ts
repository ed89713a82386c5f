import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { stringify } from 'yaml';
import { CONFIG_KEYS } from '../../infra/config-schema.ts';
import { ConfigurationError } from '../../infra/configuration-error.ts';
import {
  parseTokenVendingConfig,
  readTokenVendingConfig,
} from '../../infra/token-vending-config.ts';

const root = new URL('../../', import.meta.url);
const example = fileURLToPath(new URL('token-vending.config.example.yaml', root));
const jsonSchema = JSON.parse(
  readFileSync(new URL('infra/token-vending.config.schema.json', root), 'utf8'),
);
const accepts = new Ajv2020({ strict: true, strictRequired: false }).compile(jsonSchema);

const least = {
  allowedPrincipals: { roles: ['arn:aws:iam::111122223333:role/ci-checkout'] },
  alarmEmail: 'alarms@example.com',
};

const KEY = 'arn:aws:kms:eu-north-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000001';

const MULTI_REGION_KEY =
  'arn:aws:kms:eu-north-1:111122223333:key/mrk-0a1b2c3d00004000800000000000000a';
const ROTATOR = 'arn:aws:lambda:eu-north-1:111122223333:function:rotate-orders';
const POOL = 'arn:aws:cognito-idp:eu-north-1:111122223333:userpool/eu-north-1_Example01';

const good: [string, object][] = [
  ['the least there may be', least],
  ['an organization', { ...least, allowedPrincipals: { organization: 'o-exampleorg1' } }],
  ['accounts', { ...least, allowedPrincipals: { accounts: ['000011112222'] } }],
  ['another partition', { ...least, secretReaders: ['arn:aws-us-gov:iam::111122223333:role/a/b'] }],
  ['own budgets', { ...least, budgets: { mints: 600 } }],
  ['readers of secrets', { ...least, secretReaders: ['arn:aws:iam::111122223333:role/terraform'] }],
  [
    'a break-glass role',
    { ...least, breakGlassRole: 'arn:aws:iam::111122223333:role/break-glass' },
  ],
  ['the id of the function URL', { ...least, functionUrlId: 'abcdefghij' }],
  ['no registry', { ...least, registry: false }],
  ['the id of the function URL of the registry', { ...least, registryUrlId: 'abcdefghij' }],
  [
    'Regions to which secrets are copied',
    { ...least, replicaRegions: ['eu-west-1', 'us-gov-west-1'] },
  ],
  ['no such Region yet', { ...least, replicaRegions: [] }],
  [
    'a Region to which secrets are copied',
    { ...least, primaryRegion: { secretsKey: MULTI_REGION_KEY }, registryUrl: 'https://r.example' },
  ],
  [
    'such a Region that has taken over',
    { ...least, primaryRegion: { secretsKey: MULTI_REGION_KEY }, registry: true },
  ],
  [
    'the registry of another Region',
    { ...least, registry: false, registryUrl: 'https://r.example' },
  ],
  ['own server profiles', { ...least, profiles: 'profiles' }],
  ['a REST API', { ...least, endpoint: 'rest' }],
  [
    'a private REST API',
    { ...least, endpoint: 'private-rest', vpcEndpoints: ['vpce-0123456789abcdef0'], prober: false },
  ],
  ['keys that sign assertions', { ...least, assertionKeys: [KEY, `${KEY}1`] }],
  ['a multi-Region key', { ...least, assertionKeys: [KEY.replace('0a1b', 'mrk-0a1b')] }],
  ['keys to create', { ...least, createdAssertionKeys: { orders: 'ES256', bank: 'PS256' } }],
  ['an audience of Entra ID', { ...least, webIdentityAudiences: ['api://AzureADTokenExchange'] }],
  [
    'what rotations may act on',
    { ...least, rotation: { lambdaFunctions: [ROTATOR], cognitoUserPools: [POOL] } },
  ],
  ['a copy of the anchors', { ...least, anchorCopy: 's3://example-copy/token-vending' }],
  ['the strictest lock', { ...least, auditLockMode: 'compliance', auditRetentionDays: 36_500 }],
];

const bad: [string, object, RegExp][] = [
  ...['arn:aws:lambda:eu-north-1:111122223333:function:*', `${ROTATOR}:live`, 'rotate-orders'].map(
    (arn): [string, object, RegExp] => [
      `a function that rotations invoke: ${arn}`,
      { ...least, rotation: { lambdaFunctions: [arn] } },
      /: rotation\.lambdaFunctions\.0 must be the ARN of a function, .*; see `aws lambda get-function`/,
    ],
  ),
  ...['arn:aws:cognito-idp:eu-north-1:111122223333:userpool/*', 'eu-north-1_Example01'].map(
    (arn): [string, object, RegExp] => [
      `a user pool that rotations change: ${arn}`,
      { ...least, rotation: { cognitoUserPools: [arn] } },
      /: rotation\.cognitoUserPools\.0 must be the ARN of a user pool, /,
    ],
  ),
  [
    'another key for rotations',
    { ...least, rotation: { secrets: [] } },
    /: rotation\.secrets is not a key of this file/,
  ],
  [
    'a copy of the anchors at no bucket',
    { ...least, anchorCopy: 'https://example.com' },
    /: anchorCopy must be s3:\/\/bucket .*; correct or remove it/,
  ],
  [
    'a copy of the anchors with an empty prefix',
    { ...least, anchorCopy: 's3://example-copy/' },
    /: anchorCopy must be s3:/,
  ],
  ...[
    ['an alias', 'arn:aws:kms:eu-north-1:111122223333:alias/orders'],
    ['every key', 'arn:aws:kms:eu-north-1:111122223333:key/*'],
    ['an id without Region', '0a1b2c3d-0000-4000-8000-000000000001'],
    ['a key of no Region', KEY.replace('eu-north-1', '')],
    ['a key of all Regions', KEY.replace('eu-north-1', '*')],
  ].map(([name, arn]): [string, object, RegExp] => [
    `${name} that signs assertions`,
    { ...least, assertionKeys: [arn] },
    /: assertionKeys\.0 must be the ARN of a key of AWS KMS, .*; see `aws kms describe-key`/,
  ]),
  [
    'one key that signs assertions twice',
    { ...least, assertionKeys: [KEY, KEY] },
    /: assertionKeys\.1 stands there twice/,
  ],
  [
    'no key that signs assertions',
    { ...least, assertionKeys: [] },
    /: assertionKeys must be a list of key ARNs/,
  ],
  [
    'a key to create with an algorithm of secrets',
    { ...least, createdAssertionKeys: { orders: 'HS256' } },
    /: createdAssertionKeys\.orders must be one of RS256, /,
  ],
  [
    'a key to create in capitals',
    { ...least, createdAssertionKeys: { Orders: 'ES256' } },
    /: createdAssertionKeys\.Orders must be 1 to 63/,
  ],
  [
    'keys to create in a list',
    { ...least, createdAssertionKeys: ['orders'] },
    /: createdAssertionKeys.* must be/,
  ],
  ...['*', 'https://*.example.com', `$${'{aws:PrincipalTag/audience}'}`, 'two words', ''].map(
    (audience): [string, object, RegExp] => [
      `the audience "${audience}"`,
      { ...least, webIdentityAudiences: [audience] },
      /: webIdentityAudiences\.0 must be 1 to 1000 characters .*; name each audience in full/,
    ],
  ),
  [
    'no audience',
    { ...least, webIdentityAudiences: [] },
    /: webIdentityAudiences must be a list of audiences/,
  ],
  ['an unknown key', { ...least, alarmMail: 'a@b.c' }, /: alarmMail is not a key of this file; /],
  ['a budget of none', { ...least, budgets: { mints: 0 } }, /: budgets\.mints must be/],
  ['no e-mail address', { ...least, alarmEmail: undefined }, /: alarmEmail is missing; add it/],
  [
    'teams, whose secrets the template had',
    { ...least, teams: { checkout: ['orders-api'] } },
    /: teams is no key of this file any more, .*; remove it, and register .* with `token-vending credentials put` .*"Secrets of a former deployment" in docs\/deploy\.md/,
  ],
  [
    'a role that rotates',
    { ...least, rotationRole: 'arn:aws:iam::111122223333:role/rotate' },
    /: rotationRole is no key of this file any more; remove it, and set `rotation`/,
  ],
  ['nobody allowed', { ...least, allowedPrincipals: {} }, /: allowedPrincipals must name at least/],
  [
    'an unknown kind of principal',
    { ...least, allowedPrincipals: { users: ['ann'] } },
    /: allowedPrincipals\.users is not a key/,
  ],
  [
    'a session for a role',
    {
      ...least,
      allowedPrincipals: { roles: ['arn:aws:sts::111122223333:assumed-role/ci/run-1'] },
    },
    /: allowedPrincipals\.roles\.0 must be the ARN of an IAM role, .*take the role/,
  ],
  [
    'everybody',
    { ...least, allowedPrincipals: { roles: ['*'] } },
    /: allowedPrincipals\.roles\.0 must be the ARN/,
  ],
  [
    'a role with a wildcard',
    { ...least, allowedPrincipals: { roles: ['arn:aws:iam::111122223333:role/*'] } },
    /: allowedPrincipals\.roles\.0 must be the ARN/,
  ],
  [
    'an account id without quotes',
    { ...least, allowedPrincipals: { accounts: [111122223333] } },
    /: allowedPrincipals\.accounts\.0 must be 12 digits in quotes/,
  ],
  [
    'an organization by name',
    { ...least, allowedPrincipals: { organization: 'example' } },
    /: allowedPrincipals\.organization must be the id/,
  ],
  ['an unknown endpoint', { ...least, endpoint: 'http' }, /: endpoint must be one of url, rest/],
  [
    'a private REST API without VPC endpoints',
    { ...least, endpoint: 'private-rest', prober: false },
    /: vpcEndpoints must list/,
  ],
  [
    'a prober outside the VPC',
    { ...least, endpoint: 'private-rest', vpcEndpoints: ['vpce-0123456789abcdef0'] },
    /: prober must be false/,
  ],
  [
    'VPC endpoints for a public endpoint',
    { ...least, vpcEndpoints: ['vpce-0123456789abcdef0'] },
    /: vpcEndpoints goes with endpoint private-rest only/,
  ],
  [
    'the id of a function URL for a REST API',
    { ...least, endpoint: 'rest', functionUrlId: 'abcdefghij' },
    /: functionUrlId goes with endpoint url only/,
  ],
  [
    'the id of the function URL of a registry that is left out',
    { ...least, registry: false, registryUrlId: 'abcdefghij' },
    /: registryUrlId goes with endpoint url and a registry only/,
  ],
  [
    'a function URL of the registry for its id',
    { ...least, registryUrlId: 'https://abcdefghij.lambda-url.eu-north-1.on.aws/' },
    /: registryUrlId must be the id of the function URL, .* see the output RegistryUrl/,
  ],
  [
    'the registry of another Region beside an own one',
    { ...least, registryUrl: 'https://r.example' },
    /: registryUrl goes with a stack without a registry only; /,
  ],
  [
    'the registry of another Region in a Region that has taken over',
    {
      ...least,
      primaryRegion: { secretsKey: MULTI_REGION_KEY },
      registry: true,
      registryUrl: 'https://r.example',
    },
    /: registryUrl goes with a stack without a registry only; /,
  ],
  [
    'the id of a registry that only the primary Region has',
    { ...least, primaryRegion: { secretsKey: MULTI_REGION_KEY }, registryUrlId: 'abcdefghij' },
    /: registryUrlId goes with endpoint url and a registry only/,
  ],
  [
    'a registry without TLS',
    { ...least, registry: false, registryUrl: 'http://r.example' },
    /: registryUrl must be an https URL without a query; see the output RegistryUrl/,
  ],
  [
    'a zone for a Region',
    { ...least, replicaRegions: ['eu-west-1a'] },
    /: replicaRegions\.0 must be a Region of AWS, such as eu-west-1; correct it/,
  ],
  [
    'a Region twice',
    { ...least, replicaRegions: ['eu-west-1', 'eu-west-1'] },
    /: replicaRegions\.1 stands there twice/,
  ],
  [
    'a word for Regions',
    { ...least, replicaRegions: 'eu-west-1' },
    /: replicaRegions must be a list of Regions, which may be empty; /,
  ],
  [
    'a Region for its key',
    { ...least, primaryRegion: 'eu-north-1' },
    /: primaryRegion must be a mapping with secretsKey; see the output SecretsKeyArn/,
  ],
  [
    'a key of one Region for that of the secrets',
    { ...least, primaryRegion: { secretsKey: KEY } },
    /: primaryRegion\.secretsKey must be the ARN of a multi-Region key, .*replicaRegions/,
  ],
  [
    'a word for the registry',
    { ...least, registry: 'yes' },
    /: registry must be true or false; choose one/,
  ],
  [
    'a function URL for its id',
    { ...least, functionUrlId: 'https://abcdefghij.lambda-url.eu-north-1.on.aws/' },
    /: functionUrlId must be the id of the function URL, the first label/,
  ],
  [
    'everybody for break glass',
    { ...least, breakGlassRole: '*' },
    /: breakGlassRole must be the ARN of an IAM role/,
  ],
  [
    'no reader of secrets',
    { ...least, secretReaders: [] },
    /: secretReaders must be a list of role/,
  ],
  ['a switch in words', { ...least, listCredentials: 'yes' }, /: listCredentials must be true or/],
  ['no concurrency', { ...least, reservedConcurrency: 0 }, /: reservedConcurrency must be a whole/],
  ['half a day', { ...least, auditRetentionDays: 0.5 }, /: auditRetentionDays must be a whole/],
  ['a retention unknown to AWS', { ...least, logRetentionDays: 100 }, /: logRetentionDays must be/],
  ['an unknown lock', { ...least, auditLockMode: 'legal' }, /: auditLockMode must be one of/],
  [
    'a word for an e-mail address',
    { ...least, alarmEmail: 'ops' },
    /: alarmEmail must be an e-mail address/,
  ],
  ['a prefix without a slash', { ...least, secretPrefix: 'tv' }, /: secretPrefix .*end it with/],
  ['a long name', { ...least, name: 'x'.repeat(41) }, /: name must be 1 to 40/],
  ['no policies', { ...least, policies: '' }, /: policies must not be empty/],
  ['no profiles', { ...least, profiles: '' }, /: profiles must be a directory; name the one/],
];

describe('token-vending.config.yaml', () => {
  it.each(good)('accepts %s, and so does the JSON Schema', (_, config) => {
    expect(parseTokenVendingConfig(stringify(config), 'c.yaml')).toMatchObject(config);
    expect([accepts(config), accepts.errors]).toEqual([true, null]);
  });

  it.each(bad)(
    'rejects %s with key, rule and remedy, and so does the JSON Schema',
    (_, config, says) => {
      const parse = () => parseTokenVendingConfig(stringify(config), 'c.yaml');
      expect(parse).toThrow(ConfigurationError);
      expect(parse).toThrow(says);
      expect(parse).toThrow(/; /);
      expect(accepts(JSON.parse(JSON.stringify(config)))).toBe(false);
    },
  );

  it('rejects keys of two Regions that sign assertions: the function runs in one', () => {
    const elsewhere = KEY.replace('eu-north-1', 'us-east-1');
    const config = { ...least, assertionKeys: [KEY, elsewhere] };
    expect(() => parseTokenVendingConfig(stringify(config), 'c.yaml')).toThrow(
      /: assertionKeys must be keys of one Region, .*; remove those of other Regions/,
    );
  });

  it('has a registry, unless secrets are copied from another Region', () => {
    const registryOf = (more: object) =>
      parseTokenVendingConfig(stringify({ ...least, ...more }), 'c.yaml').registry;
    const primaryRegion = { secretsKey: MULTI_REGION_KEY };
    expect([
      registryOf({}),
      registryOf({ primaryRegion }),
      registryOf({ primaryRegion, registry: true }),
    ]).toEqual([true, false, true]);
  });

  it('reports every error at once', () => {
    const config = { ...least, alarmEmail: 'ops', endpoint: 'http' };
    expect(() => parseTokenVendingConfig(stringify(config), 'c.yaml')).toThrow(
      /endpoint must be.*\n.*alarmEmail must be/,
    );
  });

  it('rejects invalid YAML, and a repeated key', () => {
    expect(() => parseTokenVendingConfig('a: [', 'c.yaml')).toThrow(/c\.yaml: is not YAML: /);
    expect(() => parseTokenVendingConfig('prober: true\nprober: false', 'c.yaml')).toThrow(
      /is not YAML: Map keys must be unique/,
    );
    expect(() => parseTokenVendingConfig('', 'c.yaml')).toThrow(/the file must be a mapping/);
  });

  it('says how to start if there is no file', () => {
    expect(() => readTokenVendingConfig('/nowhere/token-vending.config.yaml')).toThrow(
      /cannot be read; copy token-vending\.config\.example\.yaml/,
    );
  });

  it('has an example, whose values are the defaults that schema and code agree on', () => {
    const config = readTokenVendingConfig(example);
    const defaults = parseTokenVendingConfig(stringify(least), 'c.yaml');
    const { allowedPrincipals, alarmEmail } = config;
    expect(config).toEqual({ ...defaults, allowedPrincipals, alarmEmail });
    const properties: Record<string, { default?: unknown; description?: string }> =
      jsonSchema.properties;
    for (const [key, { default: value }] of Object.entries(properties)) {
      if (value !== undefined) expect({ [key]: value }).toEqual({ [key]: defaults[key as 'name'] });
    }
    expect(Object.keys(properties)).toEqual(CONFIG_KEYS);
    expect(Object.values(properties).every(({ description }) => description)).toBe(true);
  });
});
