import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { VendError } from '../errors/vend-error.ts';
import { withoutBody } from '../errors/without-body.ts';
import type { LogReader } from './log-reader.ts';
import { LARGEST_OBJECT } from './record-object.ts';
import type { AuditStore } from './store.ts';

export interface AuditBucket {
  readonly bucket: string;
  /** Without a slash at either end; may be empty. */
  readonly prefix: string;
  /** The local system's endpoint has no host per bucket. */
  readonly pathStyle: boolean;
}

/** Options of an SDK client; the SDK reads absent ones from the environment. */
export type S3Options = Pick<S3ClientConfig, 'region' | 'profile' | 'endpoint' | 'credentials'>;

/**
 * The objects of the log in an S3 bucket with Object Lock: created with `If-None-Match: *` and a checksum, never overwritten
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). The retention is the bucket's default.
 */
export function openAuditBucket(
  { bucket, prefix, pathStyle }: AuditBucket,
  options: S3Options = {},
): AuditStore {
  const client = new S3Client({
    ...options,
    // The chain has its own deadline and retries.
    maxAttempts: 1,
    forcePathStyle: pathStyle,
    // Each record has its own SHA-256.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  const start = startOf(prefix);
  return {
    async create(key, bytes, signal) {
      const Key = `${start}${key}`;
      const checksum = createHash('sha256').update(bytes).digest('base64');
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key,
            Body: bytes,
            ContentType: 'application/json',
            IfNoneMatch: '*',
            ChecksumSHA256: checksum,
          }),
          { abortSignal: signal },
        );
      } catch (error) {
        if (!isTaken(error)) throw unavailable(error);
        await requireSame(client, { Bucket: bucket, Key }, checksum, signal);
      }
    },
  };
}

/** Opens the same bucket for reading. Errors of the SDK are not translated. */
export function openAuditBucketReader(
  { bucket, prefix, pathStyle }: AuditBucket,
  options: S3Options = {},
): LogReader {
  const client = new S3Client({ ...options, forcePathStyle: pathStyle });
  const below = startOf(prefix);
  return {
    async *keys(start, signal) {
      const query = { Bucket: bucket, Prefix: `${below}${start}` };
      for await (const page of paginateListObjectsV2({ client }, query, { abortSignal: signal }))
        for (const { Key = '' } of page.Contents ?? []) yield Key.slice(below.length);
    },
    async read(key, signal) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: `${below}${key}` });
      const { Body } = await client.send(command, { abortSignal: signal });
      return await startOfBody(Body as AsyncIterable<Uint8Array>);
    },
  };
}

// Leaving the loop closes the connection, so the rest of a large object is not received.
async function startOfBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > LARGEST_OBJECT) break;
  }
  return Buffer.concat(parts).subarray(0, LARGEST_OBJECT + 1);
}

function startOf(prefix: string): string {
  return prefix === '' ? '' : `${prefix}/`;
}

// 412: the key is taken. If a response of S3 was lost, it is taken by this same object.
function isTaken(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
}

async function requireSame(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  checksum: string,
  signal: AbortSignal,
): Promise<void> {
  let stored: string | undefined;
  try {
    const command = new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' });
    ({ ChecksumSHA256: stored } = await client.send(command, { abortSignal: signal }));
  } catch (error) {
    throw unavailable(error);
  }
  if (stored !== checksum)
    throw new VendError('audit_unavailable', { detail: 'another object has this key' });
}

function unavailable(cause: unknown): VendError {
  return new VendError('audit_unavailable', { cause: withoutBody(cause) });
}
