import { randomUUID } from 'node:crypto';
import { close, fsync, link, mkdirSync, open, readFile, unlink, write as writeTo } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { VendError } from '../errors/vend-error.ts';
import type { AuditStore } from './store.ts';

// Not node:fs/promises: it loads web streams at every cold start.
const files = {
  open: promisify(open),
  write: promisify(writeTo),
  fsync: promisify(fsync),
  close: promisify(close),
  link: promisify(link),
  unlink: promisify(unlink),
  read: promisify(readFile),
};

/**
 * Objects of the log as files below a directory, for the local system: the keys and the guarantees
 * of the S3 store. A file is complete or absent: a temporary file is written, flushed to the disk,
 * and linked to its name. The link fails if the name is taken.
 */
export function openAuditFiles(directory: string): AuditStore {
  const made = new Set<string>();
  return {
    async create(key, bytes, signal) {
      const file = path.join(directory, key);
      const folder = path.dirname(file);
      const beside = path.join(folder, `.${randomUUID()}`);
      try {
        signal.throwIfAborted();
        if (!made.has(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
        made.add(folder);
        await writeWhole(beside, bytes);
        await linkOnce(beside, file, bytes);
        await flushFolder(folder);
      } catch (cause) {
        made.delete(folder);
        throw cause instanceof VendError ? cause : new VendError('audit_unavailable', { cause });
      }
    },
  };
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const descriptor = await files.open(file, 'wx', 0o600);
  try {
    const { bytesWritten } = await files.write(descriptor, bytes);
    if (bytesWritten !== bytes.length)
      throw new VendError('audit_unavailable', { detail: 'the disk is full' });
    await files.fsync(descriptor);
  } finally {
    await files.close(descriptor);
  }
}

async function linkOnce(from: string, to: string, bytes: Uint8Array): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const there = await files.read(to);
    if (Buffer.compare(there, bytes) !== 0)
      throw new VendError('audit_unavailable', {
        detail: 'another object has this key',
        cause: error,
      });
  } finally {
    await files.unlink(from);
  }
}

// The name is in the data of the folder, which must be flushed as well.
async function flushFolder(folder: string): Promise<void> {
  const descriptor = await files.open(folder, 'r');
  try {
    await files.fsync(descriptor);
  } finally {
    await files.close(descriptor);
  }
}
