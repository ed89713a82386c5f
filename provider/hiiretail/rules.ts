import { canStandInPath } from './iam-call.ts';

type Rule<T> = (value: T) => string | undefined;

/** The API limits the length of these texts. */
export function hasLength(least: number, most: number): Rule<string> {
  return (text) =>
    text.length >= least && text.length <= most
      ? undefined
      : `must have ${least} to ${most} characters, which is the limit of the API`;
}

/** These identifiers are segments of URLs. */
export const isPathSegment: Rule<string> = (text) =>
  canStandInPath(text) ? undefined : 'must not be empty, "." or ".."';
