import type { PolicyDocument, Principal, Resource } from '../../../local/aws-iam/iam-evaluator.ts';
import { DEPLOYED, resolveTemplate, type Template } from '../../support/resolve-template.ts';

/** The principals and resources of a template, each with the policies that the template gives it. */
export interface DeployedAccess {
  /** A role by its name: one of the template, or another role with permissions in the template. */
  role(name: string): Principal;
  /** A resource by its ARN. An object is found by its bucket, a method by its API. */
  resource(arn: string): Resource;
  /** ARN of the only resource whose logical id starts with this. */
  arn(beginning: string): string;
}

type Attached = ReadonlyMap<string, PolicyDocument[]>;

export function readAccess(raw: Template): DeployedAccess {
  const template = resolveTemplate(raw);
  const identity = collect(template, identityPolicies);
  const onResources = collect(template, resourcePolicies(raw));
  const keys = new Set([...onResources.keys()].filter((arn) => arn.includes(':kms:')));
  return {
    role: (name) => ({
      arn: `arn:aws:iam::${DEPLOYED.account}:role/${name}`,
      account: DEPLOYED.account,
      policies: identity.get(name) ?? [],
    }),
    resource: (arn) => ({
      arn,
      account: DEPLOYED.account,
      policies: onResources.get(arn) ?? onResources.get(arn.split('/')[0] as string) ?? [],
      isKey: keys.has(arn),
    }),
    arn(beginning) {
      const ids = Object.keys(raw.Resources).filter((id) => id.startsWith(beginning));
      const [id = ''] = ids.sort((a, b) => a.length - b.length);
      return arnOf(raw, id);
    },
  };
}

type Policy = readonly [attachedTo: string, document: PolicyDocument];
type Reader = (type: string, properties: Properties, id: string) => Policy[];
// biome-ignore lint/suspicious/noExplicitAny: properties of any resource type
type Properties = any;

function collect(template: Template, read: Reader): Attached {
  const found = new Map<string, PolicyDocument[]>();
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    for (const [name, document] of read(Type, Properties, id))
      found.set(name, [...(found.get(name) ?? []), document]);
  }
  return found;
}

const identityPolicies: Reader = (type, properties) => {
  if (type === 'AWS::IAM::Policy')
    return properties.Roles.map((role: string) => [role, properties.PolicyDocument]);
  if (type === 'AWS::IAM::Role' && properties.Policies !== undefined)
    throw new Error('inline policies of roles are not read');
  return [];
};

const resourcePolicies =
  (raw: Template): Reader =>
  (type, properties, id) => {
    switch (type) {
      case 'AWS::ApiGateway::RestApi':
        return [[apiArn(raw, id), properties.Policy]];
      case 'AWS::IAM::Role':
        return [[arnOf(raw, id), properties.AssumeRolePolicyDocument]];
      case 'AWS::KMS::Key':
      case 'AWS::KMS::ReplicaKey':
        return [[arnOf(raw, id), properties.KeyPolicy]];
      case 'AWS::Lambda::Permission':
        return [[properties.FunctionName, toDocument(properties)]];
      case 'AWS::Lambda::ResourcePolicy':
        return [[properties.ResourceArn, properties.PolicyDocument]];
      case 'AWS::S3::BucketPolicy':
        return [[`arn:aws:s3:::${properties.Bucket}`, properties.PolicyDocument]];
      case 'AWS::SecretsManager::ResourcePolicy':
        return [[properties.SecretId, properties.ResourcePolicy]];
      case 'AWS::SNS::TopicPolicy':
        return properties.Topics.map((topic: string) => [topic, properties.PolicyDocument]);
      default:
        return [];
    }
  };

/** The statement that Lambda makes of a permission. */
function toDocument({ Action, Principal, SourceArn, FunctionName }: Properties): PolicyDocument {
  return {
    Statement: [
      {
        Effect: 'Allow',
        Action,
        Resource: FunctionName,
        Principal: { Service: Principal },
        Condition: { ArnLike: { 'aws:SourceArn': SourceArn } },
      },
    ],
  };
}

function apiArn(raw: Template, id: string): string {
  const { Outputs = {} } = resolveTemplate({ ...raw, Outputs: { id: { Value: { Ref: id } } } });
  return `arn:aws:execute-api:${DEPLOYED.region}:${DEPLOYED.account}:${Outputs['id']?.Value}`;
}

/** The statement in the words of the template. */
function arnOf(raw: Template, id: string): string {
  const type = raw.Resources[id]?.Type;
  const byRef = [
    'AWS::SecretsManager::Secret',
    'AWS::SNS::Topic',
    'AWS::Lambda::Alias',
    'AWS::Lambda::Version',
  ];
  const value = byRef.includes(type ?? '') ? { Ref: id } : { 'Fn::GetAtt': [id, 'Arn'] };
  const { Outputs = {} } = resolveTemplate({ ...raw, Outputs: { arn: { Value: value } } });
  return String(Outputs['arn']?.Value);
}
