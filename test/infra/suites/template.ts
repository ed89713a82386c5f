import { describe, expect, it } from '@jest/globals';
import { parseRegistryConfig } from '../../../lib/registry/config.ts';
import { parseRotationConfig } from '../../../lib/rotation/rotation-config.ts';
import { parseFunctionConfig } from '../../../lib/vending/config.ts';
import {
  resolveTemplate,
  type Template,
  type TemplateResource,
} from '../../support/resolve-template.ts';
import { synthesisedOnce, withCredential } from '../synthesised-once.ts';

function ofType(template: Template, type: string): TemplateResource[] {
  return Object.values(template.Resources).filter(({ Type }) => Type === type);
}
const named = (template: Template, type: string, key: string, value: string) =>
  ofType(template, type).find(({ Properties }) => Properties[key] === value)?.Properties;

function dependenciesOf(resource: TemplateResource, all: Template['Resources']): string[] {
  const text = JSON.stringify(resource);
  const named = [...text.matchAll(/"(?:Ref|Fn::GetAtt)":(?:\["|")([A-Za-z0-9]+)"/g)];
  const { DependsOn = [] } = resource as { DependsOn?: string | string[] };
  return [...named.map(([, id = '']) => id), ...[DependsOn].flat()].filter((id) => id in all);
}

// Values that change with every change of the code are replaced.
function normalise(template: Template): unknown {
  const text = JSON.stringify(template)
    .replaceAll(/[0-9a-f]{64}/g, '<asset>')
    .replaceAll(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1<version>')
    .replaceAll(/(Deployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1<deployment>');
  return JSON.parse(text);
}

describe('the template', () => {
  it.each([
    ['a function URL', ''],
    ['a REST API', 'endpoint: rest'],
    [
      'a private REST API',
      'endpoint: private-rest\nvpcEndpoints: [vpce-0123456789abcdef0]\nprober: false',
    ],
  ])('of %s passes every rule of review, and equals its snapshot', (_, more) => {
    expect(normalise(synthesisedOnce(more))).toMatchSnapshot();
  });

  it('runs a pinned function behind the alias, for signed requests only, with a limit', () => {
    const template = synthesisedOnce();
    const vend = named(template, 'AWS::Lambda::Function', 'FunctionName', 'token-vending');
    expect(vend).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 15,
      ReservedConcurrentExecutions: 20,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: expect.anything() },
    });
    const live = ofType(template, 'AWS::Lambda::Alias').map(({ Properties }) => Properties.Name);
    expect(live).toEqual(['live', 'live']);
    const signed = { AuthType: 'AWS_IAM', Qualifier: 'live', InvokeMode: 'BUFFERED' };
    expect(ofType(template, 'AWS::Lambda::Url').map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining(signed),
      expect.objectContaining(signed),
    ]);
  });

  it('mixes no AWS::Lambda::Permission with the resource policies of the function', () => {
    for (const more of ['', 'endpoint: rest']) {
      const permissions = ofType(synthesisedOnce(more), 'AWS::Lambda::Permission');
      expect(permissions).toHaveLength(2);
      for (const permission of permissions) {
        const text = JSON.stringify(permission);
        expect(text).toContain('events.amazonaws.com');
        expect(text).toMatch(/Prober|Anchor/);
      }
    }
  });

  it('contains no secret, and outputs contain only names', () => {
    const template = synthesisedOnce();
    expect(ofType(template, 'AWS::SecretsManager::Secret')).toEqual([]);
    const outputs = Object.keys(template.Outputs ?? {}).map((id) =>
      id.replace(/^TokenVending|[0-9A-F]{8}$/g, ''),
    );
    expect(outputs.sort()).toEqual([
      'AnchorKeyArn',
      'AuditLog',
      'EndpointUrl',
      'FunctionArn',
      'FunctionRoleArn',
      'RegistryFunctionArn',
      'RegistryUrl',
      'SecretPrefix',
      'SecretsKeyArn',
    ]);
  });

  it('retains the secret and the resource policy of a credential that is removed from it', () => {
    const template = synthesisedOnce('', undefined, withCredential);
    const [secret] = ofType(template, 'AWS::SecretsManager::Secret');
    const [policy] = ofType(template, 'AWS::SecretsManager::ResourcePolicy');
    const retained = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
    expect([secret, policy]).toMatchObject([retained, retained]);
    expect(Object.keys(secret?.Properties).sort()).toEqual([
      'Description',
      'KmsKeyId',
      'Name',
      'Tags',
    ]);
  });

  it('states the alias and the endpoint to the function, which refuses every other way to it', () => {
    const variables = (more: string) => {
      const { TOKEN_VENDING_ALIAS: alias, TOKEN_VENDING_INVOKED_BY: invokedBy } = named(
        synthesisedOnce(more),
        'AWS::Lambda::Function',
        'FunctionName',
        'token-vending',
      ).Environment.Variables;
      return [alias, invokedBy];
    };
    expect(variables('')).toEqual(['live', 'function-url']);
    expect(variables('functionUrlId: abcdefghij')).toEqual(['live', 'function-url/abcdefghij']);
    const { Resources } = synthesisedOnce('endpoint: rest');
    const api = Object.keys(Resources).find(
      (id) => Resources[id]?.Type === 'AWS::ApiGateway::RestApi',
    );
    expect(variables('endpoint: rest')).toEqual([
      'live',
      { 'Fn::Join': ['', ['rest-api/', { Ref: api }]] },
    ]);
  });

  it('names its roles by Region within the 64 characters of IAM, even for the longest name', () => {
    const longest = 'a'.repeat(40);
    const template = synthesisedOnce(`name: ${longest}`);
    const names = ofType(template, 'AWS::IAM::Role').flatMap(({ Properties: { RoleName } }) =>
      RoleName === undefined ? [] : [RoleName['Fn::Join'][1]],
    );
    expect(names.length).toBeGreaterThan(3);
    for (const [beginning, region] of names) {
      expect(region).toEqual({ Ref: 'AWS::Region' });
      expect(`${beginning}ap-southeast-1`.length).toBeLessThanOrEqual(64);
    }
  });

  it('configures each function as the code reads it', () => {
    for (const more of ['', 'endpoint: rest']) {
      const template = resolveTemplate(synthesisedOnce(more, undefined, withCredential));
      const variables = (name: string) =>
        named(template, 'AWS::Lambda::Function', 'FunctionName', name).Environment.Variables;
      const own = parseFunctionConfig(variables('token-vending'));
      const registry = parseRegistryConfig(variables('token-vending-registry'));
      const rotation = parseRotationConfig(variables('token-vending-rotate'));
      const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
      expect(own.registryUrl).toMatch(/^https:\/\/(?:registry12|r1b2c3d4e5)\./);
      expect(registry).toMatchObject({
        secretPrefix: own.secretPrefix,
        audit: own.audit,
        kmsKeyId: expect.stringContaining('SecretsKey'),
        rotationFunction: 'arn:aws:lambda:eu-north-1:111122223333:function:token-vending-rotate',
        readers: {
          vending: [role('token-vending-function-eu-north-1')],
          registry: [role('token-vending-registry-eu-north-1')],
          rotation: [role('token-vending-rotate-eu-north-1')],
          others: [role('rotate-oauth-clients')],
        },
      });
      expect(rotation).toMatchObject({ secretPrefix: own.secretPrefix, audit: own.audit });
    }
  });

  it('has no registry and no rotation if the configuration says so', () => {
    const template = synthesisedOnce('registry: false');
    const names = ofType(template, 'AWS::Lambda::Function').map(
      ({ Properties }) => Properties.FunctionName,
    );
    expect(names.sort()).toEqual(['token-vending', 'token-vending-anchor', 'token-vending-prober']);
    expect(JSON.stringify(template)).not.toMatch(/registry|RotateRole/i);
  });

  it('states the function URL of the registry to it, if it is known', () => {
    const invokedBy = (more: string) =>
      named(
        synthesisedOnce(more),
        'AWS::Lambda::Function',
        'FunctionName',
        'token-vending-registry',
      ).Environment.Variables.TOKEN_VENDING_INVOKED_BY;
    expect(invokedBy('')).toBe('function-url');
    expect(invokedBy('registryUrlId: abcdefghij')).toBe('function-url/abcdefghij');
  });

  it('locks audit records for as long and as hard as configured', () => {
    const lockOf = (template: Template) =>
      ofType(template, 'AWS::S3::Bucket')[0]?.Properties.ObjectLockConfiguration.Rule
        .DefaultRetention;
    expect(lockOf(synthesisedOnce())).toEqual({ Mode: 'GOVERNANCE', Days: 400 });
    expect(lockOf(synthesisedOnce('auditLockMode: compliance\nauditRetentionDays: 3650'))).toEqual({
      Mode: 'COMPLIANCE',
      Days: 3650,
    });
    const bucket = ofType(synthesisedOnce(), 'AWS::S3::Bucket')[0] as TemplateResource;
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Enabled' } },
    });
  });

  it('anchors the log every hour, one anchor at a time, and in another account if configured', () => {
    const anchorOf = (template: Template) =>
      named(template, 'AWS::Lambda::Function', 'FunctionName', 'token-vending-anchor');
    const [one, other] = ['', 'anchorCopy: s3://example-copy/token-vending'].map((more) =>
      synthesisedOnce(more),
    ) as [Template, Template];
    const copyOf = (template: Template) =>
      anchorOf(template).Environment.Variables.TOKEN_VENDING_ANCHOR_COPY;
    expect(anchorOf(one)).toMatchObject({ ReservedConcurrentExecutions: 1, Timeout: 900 });
    expect(named(one, 'AWS::Events::Rule', 'Name', 'token-vending-anchor')).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'ENABLED',
    });
    expect([copyOf(one), copyOf(other)]).toEqual([undefined, 's3://example-copy/token-vending']);
    const policies = JSON.stringify(ofType(other, 'AWS::IAM::Policy'));
    expect(policies).toContain(':s3:::example-copy/token-vending/anchors/*');
    expect(JSON.stringify(one)).not.toContain('example-copy');
    expect(ofType(one, 'AWS::KMS::Key')).toContainEqual(
      expect.objectContaining({
        DeletionPolicy: 'Retain',
        Properties: expect.objectContaining({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
      }),
    );
  });

  it('switches ListSecrets and GET /credentials off together', () => {
    const on = synthesisedOnce();
    const off = synthesisedOnce('listCredentials: false');
    expect(JSON.stringify(on)).toContain('secretsmanager:ListSecrets');
    expect(JSON.stringify(off)).not.toContain('secretsmanager:ListSecrets');
    const variables = (template: Template) =>
      named(template, 'AWS::Lambda::Function', 'FunctionName', 'token-vending').Environment
        .Variables.TOKEN_VENDING_LIST_CREDENTIALS;
    expect([variables(on), variables(off)]).toEqual(['true', 'false']);
  });

  it('searches old secrets every hour, unless it may not list secrets', () => {
    const on = synthesisedOnce();
    const off = synthesisedOnce('listCredentials: false');
    const overlapsOf = (template: Template) =>
      named(template, 'AWS::Lambda::Function', 'FunctionName', 'token-vending-registry').Environment
        .Variables.TOKEN_VENDING_OVERLAPS;
    expect([overlapsOf(on), overlapsOf(off)]).toEqual(['true', 'false']);
    const rule = 'token-vending-rotate-overlaps';
    expect(named(on, 'AWS::Events::Rule', 'Name', rule)).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Targets: [{ Input: '{"sweep":true}', RetryPolicy: { MaximumEventAgeInSeconds: 3600 } }],
    });
    expect(JSON.stringify(off)).not.toContain(rule);
  });

  it('permits CloudWatch Logs the logs key, without which the deployment fails', () => {
    const template = synthesisedOnce();
    const keyOfLogs = ofType(template, 'AWS::Logs::LogGroup').map(
      ({ Properties }) => Properties.KmsKeyId['Fn::GetAtt'][0],
    );
    const [key] = new Set(keyOfLogs);
    const policy = JSON.stringify(template.Resources[key]?.Properties.KeyPolicy);
    expect(new Set(keyOfLogs).size).toBe(1);
    expect(policy).toContain('kms:EncryptionContext:aws:logs:arn');
    expect(policy).toContain('log-group:/token-vending/*');
  });

  it.each(['', 'endpoint: rest'])('can be created in some order (%s)', (more) => {
    const { Resources } = synthesisedOnce(more);
    const waiting = new Map(
      Object.entries(Resources).map(([id, resource]) => [id, dependenciesOf(resource, Resources)]),
    );
    for (let left = -1; left !== waiting.size; ) {
      left = waiting.size;
      for (const [id, needs] of waiting)
        if (needs.every((one) => !waiting.has(one))) waiting.delete(id);
    }
    expect([...waiting.keys()]).toEqual([]);
  });

  it('creates the keys that sign assertions, which stay if the stack is deleted', () => {
    const template = synthesisedOnce('createdAssertionKeys: { bank: ES256, orders: RS256 }');
    const keys = ofType(template, 'AWS::KMS::Key').filter(({ Properties }) =>
      Properties.Description.startsWith('Signs assertions of OAuth2 clients: '),
    );
    const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    expect(keys).toMatchObject([
      { ...retained, Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } },
      { ...retained, Properties: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } },
    ]);
    const outputs = Object.keys(template.Outputs ?? {}).filter((id) => id.startsWith('Assertion'));
    expect(outputs).toEqual([
      expect.stringMatching(/^AssertionKeybankArn/),
      expect.stringMatching(/^AssertionKeyordersArn/),
    ]);
    const { Resources } = synthesisedOnce();
    expect(Object.keys(Resources).filter((id) => id.includes('Assertion'))).toEqual([]);
  });

  it('has separate keys, each rotated but the one that signs, which KMS cannot rotate', () => {
    const keys = ofType(synthesisedOnce(), 'AWS::KMS::Key').map(({ Properties }) => Properties);
    expect(keys).toHaveLength(5);
    for (const key of keys)
      expect(key.EnableKeyRotation).toBe(key.KeyUsage === 'SIGN_VERIFY' ? undefined : true);
  });
});
