import { DURATION_RULE, findSeconds } from '../../client/duration.ts';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential/id.ts';

type Rule<T> = (value: T) => string | undefined;

/** Credential names are `team/name`. */
export const isCredential: Rule<string> = (text) =>
  findCredentialId(text) === undefined ? CREDENTIAL_ID_RULE : undefined;

/**
 * @param least seconds
 * @param most seconds
 */
export function isDuration(least: number, most: number): Rule<string> {
  return (text) => {
    const seconds = findSeconds(text);
    if (seconds === undefined) return DURATION_RULE;
    return seconds < least || seconds > most
      ? `must be from ${least} to ${most} seconds`
      : undefined;
  };
}

export function isWholeNumber(least: number, most: number): Rule<number> {
  return (value) =>
    Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`;
}

export function isOneOf(...allowed: readonly string[]): Rule<string> {
  return (value) =>
    allowed.includes(value)
      ? undefined
      : `must be ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`;
}

export function matches(pattern: RegExp, rule: string): Rule<string> {
  return (value) => (pattern.test(value) ? undefined : rule);
}
