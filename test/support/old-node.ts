import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

/** Directory of a Node.js 20 or 21 on the PATH, besides the one that runs this. */
export function findOldNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.find((folder) => {
    const { stdout } = spawnSync(path.join(folder, 'node'), ['--version'], { encoding: 'utf8' });
    return /^v2[01]\./.test(stdout ?? '');
  });
}
