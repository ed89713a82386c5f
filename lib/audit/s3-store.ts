import { createHash } from 'node:crypto';
import {
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { VendError } from '../errors/vend-error.ts';
import type { AuditStore } from './store.ts';

export { S3Client };

export interface AuditBucket {
  readonly bucket: string;
  /** Without a slash at either end; may be empty. */
  readonly prefix: string;
}

/**
 * The objects of the log in an S3 bucket with Object Lock: created with `If-None-Match: *` and a checksum, never overwritten
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html). The retention is the bucket's default.
 *
 * @param client without retries of its own: the chain has the deadline and repeats
 */
export function openAuditBucket(client: S3Client, { bucket, prefix }: AuditBucket): AuditStore {
  return {
    async create(key, bytes, signal) {
      const Key = prefix === '' ? key : `${prefix}/${key}`;
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

// 412: the key is taken, by this very object if a response of S3 was lost.
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
  return new VendError('audit_unavailable', { cause });
}
