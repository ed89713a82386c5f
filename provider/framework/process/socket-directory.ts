import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * A new directory that only this user may enter, gone when the process exits. Its name is short because macOS allows 104 bytes for
 * the whole path of a socket.
 */
export function makeSocketDirectory(parent: string = tmpdir()): string {
  const directory = mkdtempSync(path.join(parent, 'tf'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
