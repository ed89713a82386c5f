import { secretsManagerStatements } from '../lib/credential/secrets-manager-statements.ts';
import { isAllowed, type PolicyDocument } from './aws-iam/iam-evaluator.ts';
import { ACCOUNT, type LocalCaller } from './callers.ts';
import type { ServiceCall } from './json-service.ts';
import { FUNCTION_ARN } from './runtime-api.ts';
import type { SecretStore } from './secret-store.ts';
import { SECRET_PREFIX } from './seed.ts';

/**
 * Whether the identity policy of the caller allows the call. That of the function is the policy in
 * the template.
 */
export function mayCall(store: SecretStore, region: string, call: ServiceCall): boolean {
  const { caller, operation, input } = call;
  return isAllowed({
    principal: {
      arn: `arn:aws:iam::${ACCOUNT}:role/${caller.name}`,
      account: ACCOUNT,
      policies: policiesOf(caller.name, region),
    },
    action: `secretsmanager:${operation}`,
    resource: { arn: resourceOf(store, region, input), account: ACCOUNT, policies: [] },
    context: { ...conditionKeysOf(input), ...sourceOf(caller) },
  });
}

function policiesOf(name: string, region: string): PolicyDocument[] {
  switch (name) {
    case 'token-vending-function':
      return [
        {
          Statement: secretsManagerStatements({
            secrets: arnOf(region, `${SECRET_PREFIX}*`),
            list: true,
            functionArn: FUNCTION_ARN,
          }),
        },
      ];
    case 'operator':
      return [{ Statement: [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }] }];
    default:
      return [];
  }
}

// A secret that does not exist gets the ARN of its name, without the six characters that AWS adds.
function resourceOf(store: SecretStore, region: string, input: ServiceCall['input']): string {
  const name = input['SecretId'] ?? input['Name'];
  if (typeof name !== 'string') return '*';
  return store.find(name)?.arn ?? (name.startsWith('arn:') ? name : arnOf(region, name));
}

function arnOf(region: string, secret: string): string {
  return `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${secret}`;
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html */
function conditionKeysOf(input: ServiceCall['input']): Record<string, string> {
  const keys = ['SecretId', 'VersionId', 'VersionStage'];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = input[key];
      return typeof value === 'string' ? [[`secretsmanager:${key}`, value]] : [];
    }),
  );
}

/** Lambda states the function in the credentials of its role. */
function sourceOf({ name }: LocalCaller): Record<string, string> {
  return name === 'token-vending-function' ? { 'lambda:SourceFunctionArn': FUNCTION_ARN } : {};
}
