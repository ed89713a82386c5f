/** A step of a rotation, in their order. */
export const ROTATION_STEPS = ['create', 'set', 'test', 'finish'] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number];

/** The tag of a secret in which the rotation function writes how far a rotation is. */
export const PROGRESS_TAG = 'token-vending:rotation';

/** The tag of a secret with the time at which its old client secret or key is removed. */
export const OVERLAP_TAG = 'token-vending:overlap-ends';

/** The end of one step of a rotation. */
export interface RotationProgress {
  readonly step: RotationStep;
  /** Code of the error, if the step failed. */
  readonly code: string | undefined;
  /** Id of the version that the rotation prepares. */
  readonly versionId: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * The value of the tag, in characters that AWS permits:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Tag.html
 *
 * @example
 * ```ts
 * formatProgress({ step: 'test', code: undefined, versionId: 'v2-...', at: 0 });
 * // 'done/test/-/v2-.../1970-01-01T00:00:00.000Z'
 * ```
 */
export function formatProgress({ step, code, versionId, at }: RotationProgress): string {
  const outcome = code === undefined ? 'done' : 'failed';
  return [outcome, step, code ?? '-', versionId, new Date(at).toISOString()].join('/');
}

const VALUE =
  /^(?:done\/(\w+)\/-|failed\/(\w+)\/(\w+))\/([\w-]{32,64})\/(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)$/;

/**
 * Reads the value of the tag.
 *
 * @returns `undefined` if there is none, or one that no rotation wrote
 */
export function findProgress(value: string | undefined): RotationProgress | undefined {
  const [, done, failed, code, versionId = '', instant = ''] = VALUE.exec(value ?? '') ?? [];
  const step = ROTATION_STEPS.find((one) => one === (done ?? failed));
  const at = Date.parse(instant);
  return step === undefined || Number.isNaN(at) ? undefined : { step, code, versionId, at };
}
