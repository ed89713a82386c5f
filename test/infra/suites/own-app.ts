import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { OwnStack } from '../../../examples/own-app/own-stack.ts';
import { AssertionKey } from '../../../infra/assertion-key.ts';
import { ConfigurationError } from '../../../infra/configuration-error.ts';
import { Credential } from '../../../infra/credential.ts';
import { TokenVending } from '../../../infra/token-vending.ts';
import { isAllowed, type Principal } from '../../../local/aws-iam/iam-evaluator.ts';
import { DEPLOYED } from '../../support/resolve-template.ts';
import { type DeployedAccess, readAccess } from '../iam/deployed-access.ts';
import { type Synthesised, synthesise } from '../synthesise.ts';
import { bundles } from '../synthesised-once.ts';

let synthesised: Synthesised;
let access: DeployedAccess;

beforeAll(() => {
  synthesised = synthesise((app) => new OwnStack(app, 'company-tokens', bundles.directories));
  access = readAccess(synthesised.template);
});
afterAll(() => rmSync(synthesised.directory, { recursive: true }));

const { account, region } = DEPLOYED;
const API = `arn:aws:execute-api:${region}:${account}:a1b2c3d4e5/live/POST/oauth2/token`;
const caller = (name: string, of: string, ...actions: string[]): Principal => ({
  arn: `arn:aws:iam::${of}:role/${name}`,
  account: of,
  policies: [{ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }],
});
const mayCall = (principal: Principal) =>
  isAllowed({ principal, action: 'execute-api:Invoke', resource: access.resource(API) });

describe('another app that uses the constructs', () => {
  it('passes every rule of review, under its own name', () => {
    const resources = Object.values(synthesised.template.Resources);
    const names = resources
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName);
    expect(names.sort()).toEqual([
      'company-tokens',
      'company-tokens-anchor',
      'company-tokens-registry',
      'company-tokens-rotate',
    ]);
    expect(resources.filter(({ Type }) => Type === 'AWS::Lambda::Url')).toEqual([]);
  });

  it('has two credentials, which only its functions may read', () => {
    for (const credential of ['web/catalog-api', 'data/lake-api']) {
      const arn = `arn:aws:secretsmanager:${region}:${account}:secret:company-tokens/${credential}-a1B2c3`;
      const mayRead = (principal: Principal) =>
        isAllowed({
          principal,
          action: 'secretsmanager:GetSecretValue',
          resource: access.resource(arn),
          context: {
            'secretsmanager:VersionStage': 'AWSCURRENT',
            'lambda:SourceFunctionArn': `arn:aws:lambda:${region}:${account}:function:company-tokens`,
          },
        });
      expect(access.resource(arn).policies).toHaveLength(1);
      expect(mayRead(access.role(`company-tokens-function-${region}`))).toBe(true);
      expect(mayRead(caller('admin', account, '*'))).toBe(false);
    }
  });

  it('permits its role and those that two other accounts permit, and nobody else', () => {
    const invoke = 'execute-api:Invoke';
    expect(mayCall(caller('deploy-web', account, 'sts:GetCallerIdentity'))).toBe(true);
    expect(mayCall(caller('etl', '444455556666', invoke))).toBe(true);
    expect(mayCall(caller('etl', '777788889999', invoke))).toBe(true);
    expect(mayCall(caller('etl', '777788889999', 's3:*'))).toBe(false);
    expect(mayCall(caller('etl', '999988887777', invoke))).toBe(false);
    expect(mayCall(caller('admin', account, '*'))).toBe(false);
  });

  it.each(['url', 'rest'] as const)(
    'may name account and Region, and keep credentials and keys in a stack of their own (%s)',
    (kind) => {
      const env = { account: '111122223333', region: 'eu-west-1' };
      const { template, directory } = synthesise((app) => {
        const vending = new TokenVending(new Stack(app, 'Tokens', { env }), 'TokenVending', {
          allowedPrincipals: { organization: 'o-exampleorg1' },
          endpoint: { kind },
          ...bundles.directories,
        });
        const credentials = new Stack(app, 'Credentials', { env });
        new Credential(credentials, 'Orders', { vending, credential: 'checkout/orders-api' });
        new AssertionKey(credentials, 'Bank', { vending, name: 'bank', algorithm: 'ES384' });
        return credentials;
      });
      rmSync(directory, { recursive: true });
      const types = Object.values(template.Resources).map(({ Type }) => Type);
      expect(types.sort()).toEqual([
        'AWS::IAM::Policy',
        'AWS::IAM::Policy',
        'AWS::IAM::Policy',
        'AWS::KMS::Key',
        'AWS::SecretsManager::ResourcePolicy',
        'AWS::SecretsManager::Secret',
      ]);
    },
  );

  it.each([
    [
      'a key of another Region',
      { assertionKeys: [`arn:aws:kms:us-east-1:${account}:key/0a1b2c3d`] },
      /assertionKeys: .* is a key of us-east-1, and the function runs in eu-west-1; name a key of/,
    ],
    [
      'an alias',
      { assertionKeys: [`arn:aws:kms:eu-west-1:${account}:alias/bank`] },
      /assertionKeys: .* must be the ARN of a key of AWS KMS/,
    ],
    [
      'an audience with a wildcard',
      { webIdentityAudiences: ['https://*.example.com'] },
      /webIdentityAudiences: .* must be 1 to 1000 characters without spaces/,
    ],
  ])('may not sign assertions with %s', (_, props, says) => {
    const env = { account, region: 'eu-west-1' };
    const build = () =>
      synthesise((app) => {
        const stack = new Stack(app, 'Tokens', { env });
        new TokenVending(stack, 'TokenVending', {
          allowedPrincipals: { organization: 'o-exampleorg1' },
          ...bundles.directories,
          ...props,
        });
        return stack;
      });
    expect(build).toThrow(ConfigurationError);
    expect(build).toThrow(says);
  });

  it('locks its audit log for ten years, and lists no credentials', () => {
    const text = JSON.stringify(synthesised.template);
    expect(text).toContain('{"Days":3650,"Mode":"COMPLIANCE"}');
    expect(text).toContain('"TOKEN_VENDING_LIST_CREDENTIALS":"false"');
    expect(text).not.toContain('secretsmanager:ListSecrets');
  });
});
