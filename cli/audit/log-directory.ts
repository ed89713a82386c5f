import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, opendir } from 'node:fs/promises';
import path from 'node:path';
import { LARGEST_OBJECT } from '../../lib/audit/record-object.ts';
import { CommandError } from '../command-error.ts';

/** Where an object of a log is, or why it has no content. */
export interface LogEntry {
  /** Below the directory of the log. */
  readonly key: string;
  /** In words: it is there, but cannot be an object of a log. */
  readonly unreadable?: string;
}

// Names of directories and files by depth: v1/<shard>/dt=<day>/<chain>/<sequence>.json.
export const RECORD_NAMES: readonly RegExp[] = [
  /^v1$/,
  /^[0-9a-f]{2}$/,
  /^dt=\d{4}-\d{2}-\d{2}$/,
  /^[0-9a-f-]{36}$/,
  /^\d{12}\.json$/,
];
// anchors/v1/<number>.json.
export const ANCHOR_NAMES: readonly RegExp[] = [/^anchors$/, /^v1$/, /^\d{12}\.json$/];

// They are sorted in memory.
const MOST_NAMES = 1_000_000;

/**
 * The entries of a log in a directory, in the order of their keys. What has no place in a log
 * (other names, links, devices) comes first, and is not opened: it can have any size, and reading it
 * need not end. A name that begins with a dot is a file that is still being written.
 *
 * @param names of directories and files by depth: of the records (the anchors are then left out), or
 *   of the anchors (all else is then left out)
 * @throws CommandError 2 if the directory itself cannot be read
 */
export async function* entriesOf(
  root: string,
  names = RECORD_NAMES,
  below = '',
  depth = 0,
): AsyncGenerator<LogEntry> {
  const found: string[] = [];
  try {
    for await (const entry of await opendir(path.join(root, below), { bufferSize: 256 })) {
      if (isLeftOut(entry.name, names, depth)) continue;
      const unreadable =
        found.length < MOST_NAMES
          ? whyUnreadable(entry, names, depth)
          : `the directory has more than ${MOST_NAMES} names`;
      if (unreadable === undefined) found.push(entry.name);
      else yield { key: path.posix.join(below, entry.name), unreadable };
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (depth === 0)
      throw new CommandError(2, `${root} cannot be read (${code}): name the directory of the log.`);
    yield { key: below, unreadable: `it cannot be read (${code})` };
  }
  // By code unit, as S3 sorts keys.
  for (const name of found.sort()) {
    const key = path.posix.join(below, name);
    if (depth === names.length - 1) yield { key };
    else yield* entriesOf(root, names, key, depth + 1);
  }
}

function isLeftOut(name: string, names: readonly RegExp[], depth: number): boolean {
  if (name.startsWith('.')) return true;
  if (depth > 0) return false;
  return names === RECORD_NAMES ? name === 'anchors' : name !== 'anchors';
}

function whyUnreadable(entry: Dirent, names: readonly RegExp[], depth: number): string | undefined {
  if (names[depth]?.test(entry.name) !== true) return 'it has no place in a log';
  if (depth === names.length - 1) return entry.isFile() ? undefined : 'it is no file';
  return entry.isDirectory() ? undefined : 'it is no directory';
}

/**
 * Reads a file of a log: at most one byte more than an object can have.
 *
 * @returns the reason, in words, if it cannot be read
 */
export async function readEntry(root: string, key: string): Promise<Uint8Array | string> {
  let file: FileHandle | undefined;
  try {
    // The file may have become something else since it was listed: a link is not followed, and a
    // pipe does not wait for a writer.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    file = await open(path.join(root, key), O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile()) return 'it is no file';
    const bytes = Buffer.alloc(Math.min(stats.size, LARGEST_OBJECT) + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    return `it cannot be read (${(error as NodeJS.ErrnoException).code})`;
  } finally {
    await file?.close();
  }
}
