import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../lib/http/json.ts';
import type { Members } from './document-members.ts';

/** The merge patch (RFC 7396) that makes one JSON object of another; empty if they are equal. */
export function mergePatchOf(before: Members, after: Members): Members {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].flatMap((name): [string, unknown][] => {
    if (!Object.hasOwn(after, name)) return [[name, null]];
    const [old, value] = [Object.hasOwn(before, name) ? before[name] : undefined, after[name]];
    if (isDeepStrictEqual(old, value)) return [];
    const isNested = isJsonObject(old) && isJsonObject(value);
    return [[name, isNested ? mergePatchOf(old, value) : value]];
  });
  return Object.fromEntries(changes);
}
