import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { OVERLAPS_SEARCHED_EVERY } from '../lib/time/time-budget.ts';
import { acknowledge } from './acknowledge.ts';

/** ARN of the rule of {@link scheduleOverlaps}, for policies that are made before it. */
export function overlapRuleArn(scope: Construct, rotation: string): string {
  return Stack.of(scope).formatArn({
    service: 'events',
    resource: 'rule',
    resourceName: ruleNameOf(rotation),
  });
}

/** Invokes the rotation every hour, so that it removes old secrets whose overlap is over. */
export function scheduleOverlaps(scope: Construct, rotation: string, lambda: LambdaFunction): void {
  const rule = new Rule(scope, 'Overlaps', {
    ruleName: ruleNameOf(rotation),
    description: 'Removes old secrets and keys of OAuth2 clients whose overlap is over',
    schedule: Schedule.rate(Duration.millis(OVERLAPS_SEARCHED_EVERY)),
  });
  const input = RuleTargetInput.fromObject({ sweep: true });
  const retryPolicy = { maximumEventAgeInSeconds: OVERLAPS_SEARCHED_EVERY / 1000 };
  // The target of CDK would add a permission beside the policy of the function.
  rule.addTarget({
    bind: () => ({ arn: lambda.functionArn, targetResource: lambda, input, retryPolicy }),
  });
  acknowledge(
    rule,
    'Serverless-EventBusDLQ',
    'The next search finds what a lost one would have found.',
  );
}

function ruleNameOf(rotation: string): string {
  return `${rotation}-overlaps`;
}
