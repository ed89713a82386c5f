import type { RequestContext } from './aws-iam/policy-condition.ts';
import type { ServiceCall } from './json-service.ts';
import type { Secret } from './secret-store.ts';

/** An action that IAM decides, with the condition keys of its request. */
export interface Authorization {
  readonly action: string;
  readonly context: RequestContext;
}

/** Members of requests that are condition keys, and the names of these. */
const REQUEST_KEYS: Readonly<Record<string, string>> = {
  BlockPublicPolicy: 'BlockPublicPolicy',
  ForceDeleteWithoutRecovery: 'ForceDeleteWithoutRecovery',
  ForceOverwriteReplicaSecret: 'ForceOverwriteReplicaSecret',
  KmsKeyId: 'KmsKeyArn',
  Name: 'Name',
  RecoveryWindowInDays: 'RecoveryWindowInDays',
  RotateImmediately: 'RotateImmediately',
  RotationLambdaARN: 'RotationLambdaARN',
  SecretId: 'SecretId',
  VersionId: 'VersionId',
  VersionStage: 'VersionStage',
};

/**
 * What IAM must allow for a call: the action of its name, and for a new secret with tags or
 * replicas also TagResource and ReplicateSecretToRegions.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
export function authorizationsOf(
  { operation, input }: ServiceCall,
  secret: Secret | undefined,
): Authorization[] {
  const context = {
    ...requestKeysOf(input),
    ...tagKeysOf(input),
    ...replicaKeysOf(input),
    ...resourceKeysOf(secret),
  };
  const actions = [operation];
  if (operation === 'CreateSecret' && 'aws:TagKeys' in context) actions.push('TagResource');
  if (operation === 'CreateSecret' && 'secretsmanager:AddReplicaRegions' in context)
    actions.push('ReplicateSecretToRegions');
  return actions.map((action) => ({ action: `secretsmanager:${action}`, context }));
}

function requestKeysOf(input: ServiceCall['input']): RequestContext {
  return Object.fromEntries(
    Object.entries(REQUEST_KEYS).flatMap(([member, key]) => {
      const value = input[member];
      return ['string', 'boolean', 'number'].includes(typeof value)
        ? [[`secretsmanager:${key}`, String(value)]]
        : [];
    }),
  );
}

function tagKeysOf(input: ServiceCall['input']): RequestContext {
  const tags = input['Tags'] as readonly { readonly Key: string }[] | undefined;
  const keys = tags?.map(({ Key }) => Key) ?? (input['TagKeys'] as string[] | undefined) ?? [];
  return keys.length === 0 ? {} : { 'aws:TagKeys': keys };
}

function replicaKeysOf(input: ServiceCall['input']): RequestContext {
  const added = input['AddReplicaRegions'] as readonly { readonly Region: string }[] | undefined;
  return added === undefined || added.length === 0
    ? {}
    : { 'secretsmanager:AddReplicaRegions': added.map(({ Region }) => Region) };
}

function resourceKeysOf(secret: Secret | undefined): RequestContext {
  const functionArn = secret?.rotation?.functionArn;
  return functionArn === undefined
    ? {}
    : { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn };
}
