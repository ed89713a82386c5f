import { Aws, Stack } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { roleNameOf } from './function-role.ts';
import { viaService } from './keys.ts';

export interface FailedRotationProps {
  readonly name: string;
  readonly secretPrefix: string;
  readonly topic: ITopic;
  /** Key of the topic. */
  readonly topicKey: IKey;
}

/**
 * Publishes failed rotations to the topic of the alarms. Secrets Manager has no metric for them. The
 * event comes from CloudTrail, so the account needs a trail:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
 */
export function alarmOnFailedRotation(scope: Construct, props: FailedRotationProps): void {
  const { name, topic, secretPrefix } = props;
  const ruleName = `${name}-RotationFailed`;
  const rule = new Rule(scope, 'RotationFailed', {
    ruleName,
    description: 'The rotation of a client secret failed. What to do: docs/operate.md.',
    eventPattern: {
      source: ['aws.secretsmanager'],
      detailType: ['AWS Service Event via CloudTrail'],
      detail: {
        eventName: ['RotationFailed'],
        additionalEventData: { SecretId: Match.wildcard(`*:secret:${secretPrefix}*`) },
      },
    },
  });
  const role = createPublisher(scope, ruleName, props);
  // The target of CDK would permit the role to use the key directly, by wildcard.
  const input = RuleTargetInput.fromText(messageOf(name));
  rule.addTarget({ bind: () => ({ arn: topic.topicArn, targetResource: topic, role, input }) });
  acknowledge(
    rule,
    'Serverless-EventBusDLQ',
    'EventBridge tries for 24 hours, and the alarm on credential refusals tells the same.',
  );
}

// The event has neither the step nor the reason. The rotation function records both.
function messageOf(name: string): string {
  const secret = EventField.fromPath('$.detail.additionalEventData.SecretId');
  return `The rotation of ${secret} failed at ${EventField.time}, in ${EventField.region}. Step and reason: token-vending credentials show TEAM/NAME, or the log group /${name}/rotate. What to do: docs/rotation.md, "If a rotation fails".`;
}

// A role, because EventBridge names no source when it uses the key of a topic itself: with a
// condition its messages are dropped silently, and without one every rule of every account may use
// the key.
function createPublisher(
  scope: Construct,
  ruleName: string,
  { name, topic, topicKey }: FailedRotationProps,
): Role {
  const stack = Stack.of(scope);
  const rule = stack.formatArn({ service: 'events', resource: 'rule', resourceName: ruleName });
  const role = new Role(scope, 'RotationFailedRole', {
    roleName: roleNameOf(scope, name, 'alarms'),
    assumedBy: new ServicePrincipal('events.amazonaws.com', {
      conditions: {
        ArnEquals: { 'aws:SourceArn': rule },
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({
      sid: 'PublishFailedRotations',
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'EncryptMessages',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [topicKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService(scope, 'sns') } },
    }),
  );
  return role;
}
