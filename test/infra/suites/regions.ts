import { beforeAll, describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { TokenVending } from '../../../infra/token-vending.ts';
import { parseRegistryConfig } from '../../../lib/registry/config.ts';
import { parseFunctionConfig } from '../../../lib/vending/config.ts';
import { isAllowed, type Principal } from '../../../local/aws-iam/iam-evaluator.ts';
import type { RequestContext } from '../../../local/aws-iam/policy-condition.ts';
import { DEPLOYED, resolveTemplate, type Template } from '../../support/resolve-template.ts';
import { type DeployedAccess, readAccess } from '../iam/deployed-access.ts';
import { synthesise } from '../synthesise.ts';
import { bundles, synthesisedOnce, withCredential } from '../synthesised-once.ts';

const { account, region: HERE } = DEPLOYED;
const THERE = 'eu-west-1';
const MRK = 'mrk-0a1b2c3d00004000800000000000000a';
const KEY_THERE = `arn:aws:kms:${THERE}:${account}:key/${MRK}`;
const REGISTRY_THERE = 'https://abcdefghij.lambda-url.eu-west-1.on.aws';
const COPY = `primaryRegion: { secretsKey: '${KEY_THERE}' }`;

const role = (name: string, region: string) =>
  `arn:aws:iam::${account}:role/token-vending-${name}-${region}`;
const secretIn = (region: string) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:token-vending/checkout/orders-api-a1B2c3`;

function variablesOf(template: Template, name: string): Record<string, string> {
  const functions = Object.values(resolveTemplate(template).Resources).filter(
    ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName === name,
  );
  return functions[0]?.Properties.Environment.Variables;
}

function keysOf(template: Template) {
  return Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      /KMS::(?:Replica)?Key$/.test(Type) && /client secrets/.test(Properties.Description),
  );
}

/** Whether a role may do something, in the words of its function. */
function may(
  access: DeployedAccess,
  name: 'function' | 'registry' | 'rotate',
  action: string,
  arn: string,
  context: RequestContext,
): boolean {
  const principal = access.role(`token-vending-${name}-${HERE}`);
  const suffix = name === 'function' ? '' : `-${name}`;
  const source = `arn:aws:lambda:${HERE}:${account}:function:token-vending${suffix}`;
  return isAllowed({
    principal,
    action,
    resource: access.resource(arn),
    context: { 'lambda:SourceFunctionArn': source, ...context },
  });
}

const via = (region: string, secret: string) => ({
  'kms:CallerAccount': account,
  'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
  'kms:EncryptionContext:SecretARN': secret,
});
const everything = { Effect: 'Allow', Action: '*', Resource: '*' } as const;

describe('a deployment whose secrets are copied to another Region', () => {
  let template: Template;
  let access: DeployedAccess;

  beforeAll(() => {
    template = synthesisedOnce(`replicaRegions: [${THERE}]`, undefined, withCredential);
    access = readAccess(template);
  });

  it('has a multi-Region key, which may be copied to that Region only', () => {
    expect(keysOf(template)).toMatchObject([{ Properties: { MultiRegion: true } }]);
    const administrator: Principal = {
      arn: `arn:aws:iam::${account}:role/admin`,
      account,
      policies: [{ Statement: [everything] }],
    };
    const mayCopy = (to: string) =>
      isAllowed({
        principal: administrator,
        action: 'kms:ReplicateKey',
        resource: access.resource(access.arn('TokenVendingSecretsKey')),
        context: { 'kms:ReplicaRegion': to, 'kms:CallerAccount': account },
      });
    expect([mayCopy(THERE), mayCopy('us-east-1')]).toEqual([true, false]);
  });

  it('tells the registry the key and the roles there', () => {
    const config = parseRegistryConfig(variablesOf(template, 'token-vending-registry'));
    const [, id] = (config.kmsKeyId ?? '').split('/');
    expect(config.replicas).toEqual([
      { region: THERE, kmsKeyId: `arn:aws:kms:${THERE}:${account}:key/${id}` },
    ]);
    expect(config.readers).toMatchObject({
      vending: [role('function', HERE), role('function', THERE)],
      registry: [role('registry', HERE), role('registry', THERE)],
      rotation: [role('rotate', HERE), role('rotate', THERE)],
    });
  });

  it('lets the roles there read the copies of secrets, whose resource policy is copied too', () => {
    const read = (arn: string, stage: string) =>
      isAllowed({
        principal: { arn, account, policies: [{ Statement: [everything] }] },
        action: 'secretsmanager:GetSecretValue',
        resource: access.resource(secretIn(HERE)),
        context: { 'secretsmanager:VersionStage': stage },
      });
    expect(read(role('function', THERE), 'AWSPREVIOUS')).toBe(true);
    expect(read(role('registry', THERE), 'AWSCURRENT')).toBe(true);
    expect(read(role('registry', THERE), 'AWSPREVIOUS')).toBe(false);
    expect(read(role('function', 'us-east-1'), 'AWSCURRENT')).toBe(false);
  });

  it('lets the registry copy secrets there, and nowhere else', () => {
    const copy = (to: string) =>
      may(access, 'registry', 'secretsmanager:ReplicateSecretToRegions', secretIn(HERE), {
        'secretsmanager:AddReplicaRegions': [to],
      });
    expect([copy(THERE), copy('us-east-1')]).toEqual([true, false]);
  });

  it.each(['registry', 'rotate'] as const)(
    'lets the %s role encrypt copies by Secrets Manager alone',
    (name) => {
      const [, id] = access.arn('TokenVendingSecretsKey').split('/');
      const copy = `arn:aws:kms:${THERE}:${account}:key/${id}`;
      // The policy of the copy is that of the stack there. It permits the account.
      const open = { ...everything, Principal: '*' } as const;
      const principal = access.role(`token-vending-${name}-${HERE}`);
      const encrypt = (context: RequestContext) =>
        isAllowed({
          principal,
          action: 'kms:GenerateDataKey',
          resource: { arn: copy, account, policies: [{ Statement: [open] }], isKey: true },
          context,
        });
      const statements = JSON.stringify(principal.policies);
      expect(statements).toContain(copy);
      expect(encrypt(via(THERE, secretIn(THERE)))).toBe(true);
      expect(statements).not.toContain('us-east-1');
    },
  );

  it('may name no Region yet, so that the key can be copied later', () => {
    const none = synthesisedOnce('replicaRegions: []');
    expect(keysOf(none)).toMatchObject([{ Properties: { MultiRegion: true } }]);
    expect(JSON.stringify(none)).not.toContain('kms:ReplicateKey');
    expect(keysOf(synthesisedOnce())[0]?.Properties).not.toHaveProperty('MultiRegion');
  });

  it('may not name its own Region', () => {
    const build = () =>
      synthesise((app) => {
        const stack = new Stack(app, 'Tokens', { env: { account, region: THERE } });
        new TokenVending(stack, 'TokenVending', {
          allowedPrincipals: { organization: 'o-exampleorg1' },
          replicaRegions: [THERE],
          ...bundles.directories,
        });
        return stack;
      });
    expect(build).toThrow('eu-west-1 is the Region of this stack; name other Regions');
  });
});

describe('a stack to whose Region secrets are copied', () => {
  let template: Template;
  let access: DeployedAccess;

  beforeAll(() => {
    template = synthesisedOnce(`${COPY}\nregistryUrl: ${REGISTRY_THERE}`);
    access = readAccess(template);
  });

  it('has everything but the registry and the rotation', () => {
    const names = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName);
    expect(names.sort()).toEqual(['token-vending', 'token-vending-anchor', 'token-vending-prober']);
    expect(JSON.stringify(template)).not.toContain('ReplicateSecretToRegions');
  });

  it('has a copy of the key, which is retained', () => {
    expect(keysOf(template)).toMatchObject([
      {
        Type: 'AWS::KMS::ReplicaKey',
        DeletionPolicy: 'Retain',
        Properties: { PrimaryKeyArn: KEY_THERE },
      },
    ]);
    expect(resolveTemplate(template).Outputs).toMatchObject(
      Object.fromEntries(
        Object.keys(template.Outputs ?? {})
          .filter((id) => id.includes('SecretsKeyArn'))
          .map((id) => [id, { Value: `arn:aws:kms:${HERE}:${account}:key/${MRK}` }]),
      ),
    );
  });

  it('names the registry of the primary Region in its metadata', () => {
    expect(parseFunctionConfig(variablesOf(template, 'token-vending')).registryUrl).toBe(
      REGISTRY_THERE,
    );
  });

  it('lets its function decrypt the copies, the functions there encrypt them, and nobody else', () => {
    const key = access.arn('TokenVendingSecretsKey');
    const context = via(HERE, secretIn(HERE));
    expect(may(access, 'function', 'kms:Decrypt', key, context)).toBe(true);
    const by = (arn: string, action: string) =>
      isAllowed({
        principal: { arn, account, policies: [{ Statement: [everything] }] },
        action,
        resource: access.resource(key),
        context: via(THERE, secretIn(HERE)),
      });
    expect(by(role('registry', THERE), 'kms:Encrypt')).toBe(true);
    expect(by(role('rotate', THERE), 'kms:GenerateDataKey')).toBe(true);
    expect(by(`arn:aws:iam::${account}:role/admin`, 'kms:Decrypt')).toBe(false);
  });

  it('gets a registry if it takes over, which copies secrets to where they came from', () => {
    const later = synthesisedOnce(`${COPY}\nregistry: true\nreplicaRegions: [${THERE}]`);
    const config = parseRegistryConfig(variablesOf(later, 'token-vending-registry'));
    expect(config.kmsKeyId).toBe(`arn:aws:kms:${HERE}:${account}:key/${MRK}`);
    expect(config.replicas).toEqual([{ region: THERE, kmsKeyId: KEY_THERE }]);
    expect(config.readers.vending).toEqual([role('function', HERE), role('function', THERE)]);
    expect(keysOf(later)).toMatchObject([{ Type: 'AWS::KMS::ReplicaKey' }]);
  });

  it('keeps its key when it takes over', () => {
    const idOf = (one: Template) =>
      Object.keys(one.Resources).filter((id) => one.Resources[id]?.Type === 'AWS::KMS::ReplicaKey');
    expect(idOf(synthesisedOnce(`${COPY}\nregistry: true`))).toEqual(idOf(template));
  });
});
