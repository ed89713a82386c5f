import { randomUUID } from 'node:crypto';
import { type Input, needPrimary, stringOf } from './secret-input.ts';
import { type SecretRotations, withPending } from './secret-rotations.ts';
import type { Secret, SecretRotation, SecretStore } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

/**
 * RotateSecret: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 *
 * @param rotations without them, the version is only made pending
 */
export async function rotateSecret(
  store: SecretStore,
  input: Input,
  rotations: SecretRotations | undefined,
): Promise<object> {
  const secret = needPrimary(store, input);
  const rotation = rotationOf(secret, input);
  if (rotations?.mayInvoke(rotation.functionArn) === false)
    throw new ServiceError(
      'AccessDeniedException',
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
    );
  const versionId = stringOf(input['ClientRequestToken']) ?? randomUUID();
  const response = { ARN: secret.arn, Name: secret.name, VersionId: versionId };
  if (secret.versions.some(({ id }) => id === versionId)) return response;
  const isImmediate = input['RotateImmediately'] !== false;
  const unfinished = secret.versions.find(
    ({ stages }) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'),
  );
  if (isImmediate && unfinished !== undefined) {
    if (rotations?.isRunning(secret) === false) rotations.start(secret, unfinished.id);
    throw new ServiceError(
      'InvalidRequestException',
      "A previous rotation isn't complete. That rotation will be reattempted.",
    );
  }
  if (isImmediate) {
    await store.put({ ...withPending(secret, versionId), rotation });
    rotations?.start(secret, versionId);
  } else if (rotations === undefined || unfinished !== undefined) {
    await store.put({ ...secret, rotation });
  } else {
    await store.put({ ...withPending(secret, versionId), rotation });
    rotations.test(secret, versionId);
  }
  return response;
}

function rotationOf({ rotation }: Secret, input: Input): SecretRotation {
  const functionArn = stringOf(input['RotationLambdaARN']) ?? rotation?.functionArn;
  if (functionArn === undefined)
    throw new ServiceError(
      'InvalidRequestException',
      'No Lambda rotation function ARN is associated with this secret.',
    );
  const rules = input['RotationRules'] as { ScheduleExpression?: string } | undefined;
  return {
    isEnabled: true,
    functionArn,
    schedule: rules?.ScheduleExpression ?? rotation?.schedule,
    lastAt: rotation?.lastAt,
  };
}
