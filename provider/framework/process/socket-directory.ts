import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A new directory that only this user may enter, removed when the process exits. Its name is short,
 * because macOS limits the path of a socket to 104 bytes.
 */
export function makeSocketDirectory(parent: string = tmpdir()): string {
  const directory = mkdtempSync(path.join(parent, 'tf'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
