import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { fromAlarms } from './keys.ts';

export interface AlarmTopicProps {
  /** Prefix of the names of the alarms. */
  readonly name: string;
  readonly key: IKey;
  readonly emailAddress: string | undefined;
}

/** The topic of the alarms: encrypted, TLS only, published to for the alarms of this deployment. */
export function createAlarmTopic(
  scope: Construct,
  { name, key, emailAddress }: AlarmTopicProps,
): Topic {
  const topic = new Topic(scope, 'Alarms', {
    displayName: 'token-vending alarms',
    masterKey: key,
    enforceSSL: true,
  });
  // A topic with its own policy does not have the default policy, which permits alarms to publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: fromAlarms(scope, name),
    }),
  );
  acknowledge(
    topic,
    'Serverless-SNSRedrivePolicy',
    'An e-mail cannot be redriven; the state of the alarm stays on the dashboard.',
  );
  if (emailAddress !== undefined) topic.addSubscription(new EmailSubscription(emailAddress));
  return topic;
}
