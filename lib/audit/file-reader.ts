import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LogReader } from './log-reader.ts';

/** Reads a log in a directory. There are no keys below a folder that does not exist. */
export function openAuditFilesReader(directory: string): LogReader {
  return {
    async *keys(start) {
      const root = path.join(directory, start);
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return [];
          throw error;
        },
      );
      // A name that begins with a dot is a file that is still being written.
      const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
      yield* files
        .map(({ parentPath, name }) => path.relative(directory, path.join(parentPath, name)))
        .map((file) => file.split(path.sep).join('/'))
        .sort();
    },
    async read(key, signal) {
      return await readFile(path.join(directory, key), { signal });
    },
  };
}
