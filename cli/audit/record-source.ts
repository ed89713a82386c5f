import { ANCHORS } from '../../lib/audit/anchor.ts';
import { CommandError } from '../command-error.ts';
import {
  ANCHOR_NAMES,
  entriesOf,
  type LogEntry,
  RECORD_NAMES,
  readEntry,
} from './log-directory.ts';

/** An object of an audit log as stored: one or more records, one on each line. */
export interface StoredObject {
  /** Below the prefix of the log. */
  readonly key: string;
  /** Bytes; the reason, in words, if it cannot be read. */
  readonly content: Uint8Array | string;
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
 * Yields every object of a log in the order of the keys, and reads a few ahead. An object that
 * cannot be read is yielded with the reason.
 *
 * @param location directory, or `s3://bucket/prefix`
 * @throws CommandError if the log as a whole cannot be read
 */
export async function* readRecords(
  location: string,
  options: RecordSourceOptions,
): AsyncGenerator<StoredObject> {
  yield* readObjects(await openLog(location, options, false), options);
}

/**
 * Yields every anchor of a log in the order of their numbers.
 *
 * @param location as of {@link readRecords}
 * @throws CommandError if it cannot be read
 */
export async function* readAnchorObjects(
  location: string,
  options: RecordSourceOptions,
): AsyncGenerator<StoredObject> {
  yield* readObjects(await openLog(location, options, true), options);
}

async function* readObjects(log: Log, options: RecordSourceOptions): AsyncGenerator<StoredObject> {
  const ahead: Promise<StoredObject>[] = [];
  const read = async ({ key, unreadable }: LogEntry) => ({
    key,
    content: unreadable ?? (await log.read(key)),
  });
  for await (const entry of log.entries()) {
    options.signal.throwIfAborted();
    const reading = read(entry);
    reading.catch(() => undefined);
    ahead.push(reading);
    if (ahead.length >= READS_AT_ONCE) yield await (ahead.shift() as Promise<StoredObject>);
  }
  for (const reading of ahead) yield await reading;
  log.requireReadable?.();
}

interface Log {
  entries(): AsyncGenerator<LogEntry>;
  read(key: string): Promise<Uint8Array | string>;
  /** @throws CommandError if no object at all could be read */
  requireReadable?(): void;
}

async function openLog(
  location: string,
  options: RecordSourceOptions,
  anchors: boolean,
): Promise<Log> {
  const [, bucket, prefix = ''] = S3_URL.exec(location) ?? [];
  if (bucket !== undefined)
    return await openBucket(bucket, prefix, anchors ? ANCHORS : 'v1/', options);
  if (location.includes('://'))
    throw new CommandError(2, `${location} is not a log: name a directory or s3://bucket/prefix.`);
  return {
    entries: () => entriesOf(location, anchors ? ANCHOR_NAMES : RECORD_NAMES),
    read: async (key) => await readEntry(location, key),
  };
}

// Whoever may add objects can add one that its reader may not read or decrypt. It must not end the
// run.
const OF_ONE_OBJECT = /^(?:AccessDenied|InvalidObjectState|NoSuchKey|KMS\.\w+)$/;

async function openBucket(
  bucket: string,
  prefix: string,
  start: string,
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
  let isReadable = false;
  let denied: unknown;
  return {
    async *entries() {
      try {
        for await (const key of reader.keys(start, signal)) yield { key };
      } catch (error) {
        throw unreadable(bucket, error);
      }
    },
    async read(key) {
      try {
        const bytes = await reader.read(key, signal);
        isReadable = true;
        return bytes;
      } catch (error) {
        const { name } = error as Error;
        if (!OF_ONE_OBJECT.test(name)) throw unreadable(bucket, error);
        denied = error;
        return `it cannot be read (${name})`;
      }
    },
    requireReadable() {
      if (!isReadable && denied !== undefined) throw unreadable(bucket, denied);
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
