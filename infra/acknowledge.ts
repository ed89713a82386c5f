import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Records why a rule of cdk-nag does not apply to a construct and its children. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/**
 * Records why the policies of a role name this resource by wildcard. cdk-nag requires a reason for
 * each resource.
 */
export function acknowledgeWildcard(role: IConstruct, resource: string, reason: string): void {
  const flat = flatten(Stack.of(role).resolve(resource));
  acknowledge(role, `AwsSolutions-IAM5[Resource::${flat}]`, reason);
}

/** An ARN as cdk-nag writes it: `arn:<AWS::Partition>:s3:::<Bucket>/*`. */
function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Ref !== undefined) return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  const [separator, parts] = join as [string, unknown[]];
  return parts.map(flatten).join(separator);
}
