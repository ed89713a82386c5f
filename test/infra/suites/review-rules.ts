import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { AuthorizationType, MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  CfnResourcePolicy,
  Code,
  FunctionUrlAuthType,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { ReviewRules } from '../../../infra/review-rules.ts';

// CDK creates a directory for each app that names none, and does not remove it.
let outdir: string;

beforeAll(() => {
  outdir = mkdtempSync(path.join(tmpdir(), 'token-vending-rules-'));
});
afterAll(() => rmSync(outdir, { recursive: true }));

/** Names of the rules that a stack breaks. */
function broken(seed: (stack: Stack) => void): string[] {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Seeded');
  seed(stack);
  const { violations } = new ReviewRules(app).validateScope(app);
  return violations.map(({ ruleName }) => ruleName);
}

function addFunction(stack: Stack): LambdaFunction {
  return new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {};'),
  });
}

const DENY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'lambda:InvokeFunction',
  Condition: { BoolIfExists: { 'lambda:InvokedViaFunctionUrl': 'false' } },
};

function attach(stack: Stack, id: string, resourceArn: string, statement: object) {
  new CfnResourcePolicy(stack, id, { resourceArn, policyDocument: { Statement: [statement] } });
}

/** A function URL on an alias; `deny` is the statement on each ARN of the function. */
function addServed(stack: Stack, deny: { alias?: object; version?: object; itself?: object }) {
  const lambda = addFunction(stack);
  const alias = lambda.addAlias('live');
  alias.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  if (deny.alias) attach(stack, 'A', alias.functionArn, deny.alias);
  if (deny.version) attach(stack, 'V', lambda.currentVersion.functionArn, deny.version);
  if (deny.itself) attach(stack, 'F', lambda.functionArn, deny.itself);
}

const SIGNED = 'TokenVending-SignedEndpoint';
const DIRECT = 'TokenVending-DirectInvokeDenied';
const SECRETS = 'TokenVending-SecretsScoped';
const KEYS = 'TokenVending-KeysScoped';

describe('the rules of review', () => {
  it('find a function URL that anybody may call', () => {
    expect(
      broken((stack) => addFunction(stack).addFunctionUrl({ authType: FunctionUrlAuthType.NONE })),
    ).toContain(SIGNED);
  });

  it.each([
    ['find', AuthorizationType.NONE, [SIGNED]],
    ['accept', AuthorizationType.IAM, []],
  ])('%s a method of a REST API with authorization %s', (_, authorizationType, expected) => {
    const seed = (stack: Stack) => {
      new RestApi(stack, 'Api').root.addMethod('GET', new MockIntegration(), { authorizationType });
    };
    expect(broken(seed)).toEqual(expected);
  });

  it.each<[string, Parameters<typeof addServed>[1], string[]]>([
    ['accept it where every ARN denies it', { alias: DENY, version: DENY, itself: DENY }, []],
    ['find it where nothing denies it', {}, [DIRECT]],
    ['find it where the alias does not', { version: DENY, itself: DENY }, [DIRECT]],
    ['find it where a version does not', { alias: DENY, itself: DENY }, [DIRECT]],
    ['find it where the function itself does not', { alias: DENY, version: DENY }, [DIRECT]],
    [
      'find it where only one principal is denied',
      { alias: { ...DENY, Principal: { AWS: '111122223333' } }, version: DENY, itself: DENY },
      [DIRECT],
    ],
    [
      'find it where the deny depends on something else',
      {
        alias: { ...DENY, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
        version: DENY,
        itself: DENY,
      },
      [DIRECT],
    ],
    [
      'find it where it is allowed instead',
      { alias: { ...DENY, Effect: 'Allow' }, version: DENY, itself: DENY },
      [DIRECT],
    ],
  ])('check direct invocation, and %s', (_, deny, expected) => {
    expect(broken((stack) => addServed(stack, deny))).toEqual(expected);
  });

  it('ignore a function without an endpoint', () => {
    expect(broken((stack) => void addFunction(stack))).toEqual([]);
  });

  it.each<[string, string | string[], string, string[]]>([
    ['accept a prefix', 'secretsmanager:GetSecretValue', 'secret:token-vending/*', []],
    ['accept ListSecrets', 'secretsmanager:ListSecrets', '*', []],
    ['find every secret', 'secretsmanager:GetSecretValue', '*', [SECRETS]],
    ['find every secret by ARN', 'secretsmanager:GetSecretValue', 'secret:*', [SECRETS]],
    ['find every action', 'secretsmanager:*', 'secret:token-vending/*', [SECRETS]],
    ['find actions by wildcard', 'secretsmanager:Get*', 'secret:token-vending/*', [SECRETS]],
    ['accept one key', 'kms:Decrypt', 'key/1', []],
    ['find every key', 'kms:Decrypt', '*', [KEYS]],
    ['find every key by ARN', ['s3:GetObject', 'kms:Decrypt'], 'key/*', [KEYS]],
    ['find every action of a key', 'kms:*', 'key/1', [KEYS]],
    ['find everything', '*', '*', [SECRETS, KEYS]],
  ])('check the permissions of a role, and %s', (_, action, resource, expected) => {
    const service = resource.startsWith('key') ? 'kms' : 'secretsmanager';
    const resources = [
      resource === '*' ? '*' : `arn:aws:${service}:eu-north-1:111122223333:${resource}`,
    ];
    const statement = () => new PolicyStatement({ actions: [action].flat(), resources });
    const assumedBy = new ServicePrincipal('lambda.amazonaws.com');
    const withPolicy = (stack: Stack) => {
      new Role(stack, 'Role', { assumedBy }).addToPolicy(statement());
    };
    const withManagedPolicy = (stack: Stack) => {
      new ManagedPolicy(stack, 'Policy', { statements: [statement()] });
    };
    expect(broken(withPolicy)).toEqual(expected);
    expect(broken(withManagedPolicy)).toEqual(expected);
  });

  it('find a statement that allows every action that it does not name', () => {
    const seed = (stack: Stack) => {
      const statement = new PolicyStatement({ notActions: ['iam:*'], resources: ['*'] });
      new ManagedPolicy(stack, 'Policy', { statements: [statement] });
    };
    expect(broken(seed)).toEqual([SECRETS, KEYS]);
  });

  it('accept any deny, however wide', () => {
    const seed = (stack: Stack) => {
      const statement = PolicyStatement.fromJson({
        Effect: 'Deny',
        Action: 'secretsmanager:*',
        Resource: '*',
      });
      new ManagedPolicy(stack, 'Policy', { statements: [statement] });
    };
    expect(broken(seed)).toEqual([]);
  });
});
