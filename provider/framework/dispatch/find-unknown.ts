import type { Path } from '../values/path.ts';
import { Dynamic, isList, isRecord, Unknown, type Value } from '../values/value.ts';

/** The paths of all unknown parts of a value. */
export function findUnknown(value: Value, path: Path = []): Path[] {
  if (value instanceof Unknown) return [path];
  if (value instanceof Dynamic) return findUnknown(value.value, path);
  if (isList(value)) {
    return value.flatMap((item, index) => findUnknown(item, [...path, { index }]));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    findUnknown(item, [...path, { attribute: name }]),
  );
}
