import { canStandInPath } from './iam-call.ts';

type Rule<T> = (value: T) => string | undefined;

/** A text whose length the API limits. */
export function hasLength(least: number, most: number): Rule<string> {
  return (text) =>
    text.length >= least && text.length <= most
      ? undefined
      : `must have ${least} to ${most} characters, which is the limit of the API`;
}

/** An identifier that stands in the path of a URL. */
export const isPathSegment: Rule<string> = (text) =>
  canStandInPath(text) ? undefined : 'must not be empty, "." or ".."';
