import { SecretsError, WriteUnconfirmed } from '../../lib/credential/secret-errors.ts';
import { CommandError } from '../command-error.ts';
import { explainError, type Operator } from './operator.ts';

/** A new version of a secret, stored as pending beside the current one. */
export interface Pending {
  readonly operator: Operator;
  /** `team/name`. */
  readonly credential: string;
  readonly versionId: string;
}

const unused = (what: string) =>
  `${what} AWSPENDING, which nothing uses; the next rotate-secret replaces it.`;

/**
 * Stores the new secret as pending.
 *
 * @throws CommandError that states the outcome of the rotation
 */
export async function storePending(
  operator: Operator,
  credential: string,
  text: string,
): Promise<Pending> {
  const { secrets, name, signal } = operator;
  try {
    const { versionId } = await secrets.put(name, text, 'AWSPENDING');
    return { operator, credential, versionId };
  } catch (error) {
    const known = error instanceof SecretsError || error === signal.reason;
    const rest = known ? [] : [unused('The new one may be stored as')];
    throw notRotated(operator, credential, error, rest);
  }
}

/**
 * Makes the pending version the current one. Only this decides whether the secret is rotated.
 *
 * @throws CommandError that states the outcome of the rotation
 */
export async function promotePending(pending: Pending, currentVersionId: string): Promise<void> {
  const { operator, credential, versionId } = pending;
  const { secrets, name, signal } = operator;
  try {
    await secrets.promote(name, versionId, currentVersionId);
  } catch (error) {
    // Nothing was sent.
    if (error === signal.reason) return await withdrawPending(pending, error);
    // If the response was lost, or the service failed, the change may have been carried out.
    const isCurrent = await secrets.isCurrent(name, versionId).catch(() => undefined);
    if (isCurrent === true) return;
    // Without a response the request may still be on its way.
    const response = error instanceof WriteUnconfirmed ? error.response : error;
    if (isCurrent === false && response instanceof SecretsError)
      return await withdrawPending(pending, error);
    throw withOutcome(operator, error, [
      `The new version is ${versionId}: token-vending credentials show ${credential} shows whether it is the current one.`,
    ]);
  }
}

/**
 * Removes the pending version after an error before the promotion.
 *
 * @throws CommandError always: with `error`, and the outcome of the rotation
 */
export async function withdrawPending(pending: Pending, error: unknown): Promise<never> {
  const { operator, credential, versionId } = pending;
  const { secrets, name } = operator;
  const rest: string[] = [];
  try {
    await secrets.abandon(name, versionId);
  } catch (abandonError) {
    const stay = abandonError instanceof SecretsError ? 'stays' : 'may stay';
    rest.push(
      unused(`Version ${versionId} of ${name} ${stay}`),
      // Without the advice, which usually repeats the advice of the first error.
      `It could not be removed: ${explainError(abandonError).message.split('\n')[0]}`,
    );
  }
  throw notRotated(operator, credential, error, rest);
}

/**
 * Removes the stage `AWSPENDING` from the version that is now the current one.
 *
 * @returns a warning if that fails; the secret is rotated in any case
 */
export async function cleanUp({ operator, versionId }: Pending): Promise<string | undefined> {
  const { secrets, name } = operator;
  try {
    await secrets.abandon(name, versionId);
    return undefined;
  } catch (error) {
    const stay = error instanceof SecretsError ? 'stays' : 'may stay';
    return [
      `warning: the stage AWSPENDING ${stay} on version ${versionId} of ${name}, which is the current one. Nothing uses the stage.`,
      explainError(error).message,
      `The next rotate-secret moves it. To remove it: aws secretsmanager update-secret-version-stage --secret-id ${name} --version-stage AWSPENDING --remove-from-version-id ${versionId}`,
    ].join('\n  ');
  }
}

/** An error before the promotion. The message adds that the old secret stays. */
export function notRotated(
  operator: Operator,
  credential: string,
  error: unknown,
  rest: readonly string[] = [],
): CommandError {
  return withOutcome(operator, error, [
    `${credential} is not rotated: the old secret stays.`,
    ...rest,
  ]);
}

// The interrupt itself needs no extra line.
function withOutcome(
  { signal }: Operator,
  error: unknown,
  outcome: readonly string[],
): CommandError {
  const { exitCode, message } = explainError(error);
  if (!signal.aborted) return new CommandError(exitCode, [message, ...outcome].join('\n  '));
  const lines = error === signal.reason ? outcome : [message, ...outcome];
  return new CommandError(130, `interrupted. ${lines.join('\n  ')}`);
}
