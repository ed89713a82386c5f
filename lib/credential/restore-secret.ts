import type { OperatorCalls } from './operator-calls.ts';
import { WriteUnconfirmed } from './secret-errors.ts';
import type { NewSecret, SecretsApi, WrittenVersion } from './secrets-api.ts';

// The longest that Secrets Manager allows.
const RECOVERY_DAYS = 30;

/**
 * Restores a secret that is scheduled for deletion, and gives it the document, the key and the tags
 * of a new one. If that fails, its deletion is scheduled again: the document that it had before
 * must not be used.
 *
 * @throws SecretsError `ResourceNotFoundException` if it has been deleted for good; what
 *   {@link OperatorCalls} throws
 */
export async function restoreSecret(
  api: SecretsApi,
  calls: OperatorCalls,
  secret: NewSecret,
): Promise<WrittenVersion> {
  const { name } = secret;
  await calls.write('RestoreSecret', name, (call) => api.restore(name, call));
  try {
    return await fill(api, calls, secret);
  } catch (error) {
    await deleteAgain(api, calls, name, error);
    throw error;
  }
}

async function fill(
  api: SecretsApi,
  calls: OperatorCalls,
  { name, text, kmsKeyId, tags }: NewSecret,
): Promise<WrittenVersion> {
  const change = { text, kmsKeyId };
  const written = await calls.finish('UpdateSecret', name, (call) =>
    api.update(name, change, call),
  );
  if (tags !== undefined)
    await calls.finish('TagResource', name, (call) => api.tag(name, tags, call));
  return written;
}

async function deleteAgain(
  api: SecretsApi,
  calls: OperatorCalls,
  name: string,
  cause: unknown,
): Promise<void> {
  try {
    await calls.finish('DeleteSecret', name, (call) => api.delete(name, RECOVERY_DAYS, call));
  } catch {
    // The secret exists now, with one of the two documents.
    throw cause instanceof WriteUnconfirmed
      ? cause
      : new WriteUnconfirmed('UpdateSecret', name, cause);
  }
}
