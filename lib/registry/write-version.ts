import type { SecretsApi } from '../credential/secrets-api.ts';
import { VendError } from '../errors/vend-error.ts';
import { isGone, writeFailure } from './secrets-failure.ts';

/** A new version of a secret. */
export interface WrittenText {
  readonly text: string;
  readonly versionId: string;
  /** Id of the version that was read and that this one replaces; `undefined` if there was none. */
  readonly replaces: string | undefined;
}

/**
 * Makes a text the current version of a secret, if the version that it replaces is still the
 * current one. The version is first written beside the current one. Then the stage AWSCURRENT moves
 * to it, from the version that was read: Secrets Manager refuses that if the stage is elsewhere. So
 * of two writers that have read the same version, one wins, and the other changes nothing.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 *
 * @throws VendError `version_conflict`, `secrets_unavailable`
 */
export async function writeVersion(
  api: Pick<SecretsApi, 'put' | 'moveStage' | 'describe'>,
  name: string,
  { text, versionId, replaces }: WrittenText,
  signal: AbortSignal,
): Promise<void> {
  try {
    await api.put(name, { text, versionId, stage: 'PROPOSED' }, { signal });
  } catch (error) {
    throw isGone(error) ? gone() : writeFailure(error);
  }
  try {
    const move = { stage: 'AWSCURRENT', from: replaces, to: versionId } as const;
    await api.moveStage(name, move, { signal });
  } catch (error) {
    if (!(await isCurrent(api, name, versionId, signal, error))) {
      await dropProposed(api, name, versionId, signal);
      throw new VendError('version_conflict');
    }
  }
  await dropProposed(api, name, versionId, signal);
}

/**
 * The outcome of a move that failed or had no response.
 *
 * @throws VendError `secrets_unavailable` if that cannot be read
 */
async function isCurrent(
  api: Pick<SecretsApi, 'describe'>,
  name: string,
  versionId: string,
  signal: AbortSignal,
  moveError: unknown,
): Promise<boolean> {
  const failed = writeFailure(moveError);
  try {
    const { stages, isDeleted } = await api.describe(name, { signal });
    if (isDeleted) throw gone();
    if (stages[versionId]?.includes('AWSCURRENT') === true) return true;
  } catch (error) {
    if (error instanceof VendError) throw error;
    throw new VendError('secrets_unavailable', {
      says: 'It is not known whether the change was stored: Secrets Manager did not respond.',
      advice: 'Read the credential: its ETag says whether the change was stored.',
      detail: failed.detail,
      cause: failed.cause,
    });
  }
  if (isRefusedMove(failed.detail)) return false;
  throw failed;
}

// The exception if the stage is on another version than the one that the request names.
function isRefusedMove(exception: string | undefined): boolean {
  return exception === 'InvalidParameterException' || exception === 'InvalidRequestException';
}

// A version whose only stage is this one would stay for good. The change itself is over.
async function dropProposed(
  api: Pick<SecretsApi, 'moveStage'>,
  name: string,
  versionId: string,
  signal: AbortSignal,
): Promise<void> {
  const move = { stage: 'PROPOSED', from: versionId } as const;
  await api.moveStage(name, move, { signal }).catch(() => undefined);
}

function gone(): VendError {
  return new VendError('version_conflict', {
    says: 'The credential was deleted meanwhile.',
    advice: 'Restore the credential, or register it again.',
  });
}
