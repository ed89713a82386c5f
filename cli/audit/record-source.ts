import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '../command-error.ts';

/** An object of an audit log as stored: one or more records, one on each line. */
export interface StoredObject {
  /** Below the prefix of the log. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

export interface RecordSourceOptions {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** The local system's endpoint has no host per bucket. */
  readonly pathStyle: boolean;
  readonly signal: AbortSignal;
}

const READS_AT_ONCE = 16;
const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(?:\/(.*?))?\/?$/;

/**
 * Yields every object of a log in the order of the keys, and reads a few ahead.
 *
 * @param location directory, or `s3://bucket/prefix`
 * @throws CommandError if it cannot be read
 */
export async function* readRecords(
  location: string,
  options: RecordSourceOptions,
): AsyncGenerator<StoredObject> {
  const log = await openLog(location, options);
  const ahead: Promise<StoredObject>[] = [];
  const read = async (key: string) => ({ key, bytes: await log.read(key) });
  for await (const key of log.keys()) {
    options.signal.throwIfAborted();
    const reading = read(key);
    reading.catch(() => undefined);
    ahead.push(reading);
    if (ahead.length >= READS_AT_ONCE) yield await (ahead.shift() as Promise<StoredObject>);
  }
  for (const reading of ahead) yield await reading;
}

interface Log {
  keys(): AsyncGenerator<string>;
  read(key: string): Promise<Uint8Array>;
}

async function openLog(location: string, options: RecordSourceOptions): Promise<Log> {
  const [, bucket, prefix = ''] = S3_URL.exec(location) ?? [];
  if (bucket !== undefined) return await openBucket(bucket, prefix, options);
  if (location.includes('://'))
    throw new CommandError(2, `${location} is not a log: name a directory or s3://bucket/prefix.`);
  return {
    keys: () => keysOf(location, ''),
    read: async (key) => await readFile(path.join(location, key)),
  };
}

async function* keysOf(root: string, below: string): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(path.join(root, below), { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      2,
      `${path.join(root, below)} cannot be read (${code}): name the directory of the log.`,
    );
  }
  // Sorted by code unit, as S3 sorts keys. A name that begins with a dot is a file that is still
  // being written.
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  for (const entry of visible.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const key = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* keysOf(root, key);
    else yield key;
  }
}

async function openBucket(
  bucket: string,
  prefix: string,
  { region, profile, pathStyle, signal }: RecordSourceOptions,
): Promise<Log> {
  // The SDK is loaded here, so that a log in a directory is read without it.
  const { openAuditBucketReader } = await import('../../lib/audit/s3-store.ts');
  const reader = openAuditBucketReader(
    { bucket, prefix, pathStyle },
    {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
    },
  );
  return {
    async *keys() {
      try {
        yield* reader.keys('v1/', signal);
      } catch (error) {
        throw unreadable(bucket, error);
      }
    },
    async read(key) {
      try {
        return await reader.read(key, signal);
      } catch (error) {
        throw unreadable(bucket, error);
      }
    },
  };
}

// The messages of the SDK name the bucket and the caller.
function unreadable(bucket: string, error: unknown): CommandError {
  const { name, message } = error as Error;
  return new CommandError(
    name === 'AccessDenied' ? 4 : 6,
    `s3://${bucket} cannot be read: ${name}: ${message}`,
  );
}
