import { findProgress, PROGRESS_TAG } from '../credential/rotation-progress.ts';
import { errorTable, isErrorCode } from '../errors/error-table.ts';
import type { RegisteredCredential } from '../http/registry-wire.ts';

/**
 * The last step of a rotation that ended, from the tags of the secret. The text of an error is that of
 * its code: a tag has no room for more.
 *
 * @returns `undefined` if no step ended yet, or if the tag is not that of a rotation
 */
export function lastStepOf(
  tags: Readonly<Record<string, string>>,
): RegisteredCredential['rotation']['last'] {
  const progress = findProgress(tags[PROGRESS_TAG]);
  if (progress === undefined) return undefined;
  const { step, code, versionId, at } = progress;
  const ended = { step, version_id: versionId, at: Math.floor(at / 1000) };
  if (code === undefined) return { outcome: 'done', ...ended };
  if (!isErrorCode(code)) return undefined;
  const { text: message, advice } = errorTable[code];
  return { outcome: 'failed', ...ended, code, message, advice };
}
