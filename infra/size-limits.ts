import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

interface PolicyLimit {
  /** The property that contains the policy. */
  readonly property: string;
  /** Bytes. */
  readonly limit: number;
}

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
const POLICIES: Readonly<Record<string, PolicyLimit>> = {
  'AWS::Lambda::ResourcePolicy': { property: 'PolicyDocument', limit: 20_480 },
  'AWS::ApiGateway::RestApi': { property: 'Policy', limit: 8_192 },
  'AWS::KMS::ReplicaKey': { property: 'KeyPolicy', limit: 32_768 },
  'AWS::KMS::Key': { property: 'KeyPolicy', limit: 32_768 },
};

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const MOST_RESOURCES = 500;

// What an intrinsic function such as Fn::GetAtt becomes at deployment: an ARN, mostly shorter.
const LENGTH_OF_INTRINSIC = 120;

/**
 * The limits of AWS that the stack of a construct exceeds, each in words with what to do. Without
 * this, the deployment fails after minutes, with a text that names no cause.
 */
export function findExcesses(scope: Construct): string[] {
  const stack = Stack.of(scope);
  const resources = stack.node.findAll().filter((node) => CfnResource.isCfnResource(node));
  const errors = resources.flatMap((resource) => findPolicyExcess(stack, resource));
  if (resources.length > MOST_RESOURCES)
    errors.push(
      `the template has ${resources.length} resources, and CloudFormation allows ${MOST_RESOURCES}: remove credentials from the template, and register them with token-vending credentials put, which needs no deployment. Their secrets are retained.`,
    );
  return errors;
}

function findPolicyExcess(stack: Stack, resource: CfnResource): string[] {
  const found = POLICIES[resource.cfnResourceType];
  if (found === undefined) return [];
  const { Resources } = stack.resolve(resource._toCloudFormation()) as {
    Resources: Record<string, { Properties?: Record<string, unknown> }>;
  };
  const [{ Properties } = {}] = Object.values(Resources);
  const size = lengthOf(Properties?.[found.property]);
  return size <= found.limit
    ? []
    : [
        `the resource policy of ${resource.node.path} has about ${size} bytes, and AWS allows ${found.limit}: name fewer roles in allowedPrincipals. One pattern such as arn:aws:iam::<account>:role/ci-* stands for many roles, accounts for all roles of an account, and organization for all accounts.`,
      ];
}

/** Bytes of a value as JSON after deployment. */
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return 2 + sumOf(value.map((one) => lengthOf(one) + 1));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? '').length;
  const entries = Object.entries(value);
  const [name = ''] = Object.keys(value);
  if (entries.length === 1 && /^(?:Ref$|Fn::)/.test(name)) return LENGTH_OF_INTRINSIC;
  return 2 + sumOf(entries.map(([key, one]) => key.length + 4 + lengthOf(one)));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
