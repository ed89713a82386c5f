export const DEPLOYED = {
  account: '111122223333',
  region: 'eu-north-1',
  partition: 'aws',
} as const;

export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is any JSON; tests say what they expect of it
  readonly Properties: any;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': DEPLOYED.account,
  'AWS::Region': DEPLOYED.region,
  'AWS::Partition': DEPLOYED.partition,
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * A template as CloudFormation resolves it: names and ARNs instead of intrinsic functions.
 *
 * @throws Error for an unknown intrinsic function, resource type or attribute
 */
export function resolveTemplate(template: Template): Template {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[key, argument] = ['', undefined]] = entries;
    if (entries.length === 1 && (key === 'Ref' || key.startsWith('Fn::')))
      return call(key, argument);
    return Object.fromEntries(entries.map(([name, inner]) => [name, resolve(inner)]));
  };
  const call = (intrinsic: string, argument: unknown): unknown => {
    if (intrinsic === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(resolve).join(separator);
    }
    if (intrinsic === 'Ref')
      return PSEUDO[argument as string] ?? attribute(argument as string, 'Ref');
    if (intrinsic === 'Fn::GetAtt') return attribute(...(argument as [string, string]));
    if (intrinsic === 'Fn::Split') {
      const [separator, text] = argument as [string, unknown];
      return String(resolve(text)).split(separator);
    }
    if (intrinsic === 'Fn::Select') {
      const [index, values] = argument as [number, unknown];
      return (resolve(values) as unknown[])[index];
    }
    if (intrinsic === 'Fn::Sub' && typeof argument === 'string')
      return argument.replaceAll(/\$\{([\w:]+)\}/g, (_, name) => String(call('Ref', name)));
    throw new Error(`${intrinsic} is not known`);
  };
  const attribute = (id: string, name: string): unknown => {
    const resource = template.Resources[id];
    if (resource === undefined) throw new Error(`there is no resource ${id}`);
    const value = attributesOf(id, resource.Type, resolve(resource.Properties ?? {}))[name];
    if (value === undefined) throw new Error(`${name} of ${resource.Type} is not known`);
    return value;
  };
  const { Resources, Outputs = {} } = template;
  return resolve({ Resources, Outputs }) as Template;
}

function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${DEPLOYED.region}:${DEPLOYED.account}:${resource}`;
}

// biome-ignore lint/suspicious/noExplicitAny: properties of any resource type
type Properties = any;

const ATTRIBUTES: Readonly<Record<string, (id: string, properties: Properties) => object>> = {
  'AWS::ApiGateway::Deployment': (id) => ({ Ref: id }),
  'AWS::ApiGateway::Resource': (id) => ({ Ref: id }),
  'AWS::ApiGateway::RestApi': (_, { Name }) => ({
    Ref: String(Name).endsWith('-registry') ? 'r1b2c3d4e5' : 'a1b2c3d4e5',
    RootResourceId: 'root',
  }),
  'AWS::ApiGateway::Stage': (_, { StageName }) => ({ Ref: StageName }),
  'AWS::CloudWatch::Alarm': (_, { AlarmName }) => ({
    Ref: AlarmName,
    Arn: arn('cloudwatch', `alarm:${AlarmName}`),
  }),
  'AWS::Events::Rule': (_, { Name }) => ({ Ref: Name, Arn: arn('events', `rule/${Name}`) }),
  'AWS::IAM::Role': (id, { RoleName = id }) => ({
    Ref: RoleName,
    Arn: `arn:aws:iam::${DEPLOYED.account}:role/${RoleName}`,
  }),
  'AWS::KMS::Key': (id) => ({ Ref: id, Arn: arn('kms', `key/${id}`) }),
  'AWS::KMS::ReplicaKey': (_, { PrimaryKeyArn }) => {
    const [, id = ''] = String(PrimaryKeyArn).split('/');
    return { Ref: id, Arn: arn('kms', `key/${id}`) };
  },
  'AWS::Lambda::Alias': (_, { FunctionName, Name }) => ({
    Ref: arn('lambda', `function:${FunctionName}:${Name}`),
  }),
  'AWS::Lambda::Function': (_, { FunctionName }) => ({
    Ref: FunctionName,
    Arn: arn('lambda', `function:${FunctionName}`),
  }),
  'AWS::Lambda::Url': (_, { TargetFunctionArn }) => ({
    FunctionUrl: `https://${String(TargetFunctionArn).includes('-registry') ? 'registry12' : 'abcdefghij'}.lambda-url.${DEPLOYED.region}.on.aws/`,
  }),
  'AWS::Lambda::Version': (_, { FunctionName }) => ({
    Ref: arn('lambda', `function:${FunctionName}:1`),
    Version: '1',
  }),
  'AWS::Logs::LogGroup': (_, { LogGroupName }) => ({
    Ref: LogGroupName,
    Arn: arn('logs', `log-group:${LogGroupName}:*`),
  }),
  'AWS::S3::Bucket': (id) => ({
    Ref: id.toLowerCase(),
    Arn: `arn:aws:s3:::${id.toLowerCase()}`,
  }),
  // Secrets Manager adds a hyphen and six characters to the name.
  'AWS::SecretsManager::Secret': (_, { Name }) => ({
    Ref: arn('secretsmanager', `secret:${Name}-a1B2c3`),
  }),
  'AWS::SNS::Topic': (id) => ({ Ref: arn('sns', id) }),
};

function attributesOf(id: string, type: string, properties: Properties): Record<string, unknown> {
  const attributes = ATTRIBUTES[type];
  if (attributes === undefined) throw new Error(`the attributes of ${type} are not known`);
  return attributes(id, properties) as Record<string, unknown>;
}
