import * as v from 'valibot';
import type { RotationStep } from '../credential/rotation-progress.ts';
import { VendError } from '../errors/vend-error.ts';

/** One invocation by Secrets Manager. */
export interface RotationEvent {
  readonly step: RotationStep;
  /** ARN of the secret. */
  readonly secret: string;
  /** Id of the new version. */
  readonly versionId: string;
}

// The templates of AWS have one spelling, the user guide has both.
const STEPS: Readonly<Record<string, RotationStep>> = {
  createSecret: 'create',
  create_secret: 'create',
  setSecret: 'set',
  set_secret: 'set',
  testSecret: 'test',
  test_secret: 'test',
  finishSecret: 'finish',
  finish_secret: 'finish',
};

const schema = v.object({
  Step: v.picklist(Object.keys(STEPS)),
  SecretId: v.pipe(v.string(), v.startsWith('arn:')),
  ClientRequestToken: v.pipe(v.string(), v.regex(/^[\w-]{32,64}$/)),
});

const sweep = v.strictObject({ sweep: v.literal(true) });

/** Whether this is the event of the hourly rule: the old secrets are removed whose overlap is over. */
export function isSweep(event: unknown): boolean {
  return v.is(sweep, event);
}

/**
 * Reads the event of a rotation function:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 *
 * @throws VendError `request_malformed` naming the member
 */
export function parseRotationEvent(event: unknown): RotationEvent {
  const result = v.safeParse(schema, event, { abortEarly: true });
  if (!result.success) {
    const member = v.getDotPath(result.issues[0]) ?? 'Step';
    throw new VendError('request_malformed', {
      says: `${member} of the event is missing or wrong: only Secrets Manager and the hourly rule of the stack invoke this function.`,
      advice: 'Start a rotation with RotateSecret.',
    });
  }
  const { Step, SecretId, ClientRequestToken } = result.output;
  return {
    step: STEPS[Step] as RotationStep,
    secret: SecretId,
    versionId: ClientRequestToken,
  };
}
