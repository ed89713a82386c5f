import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file whole or not at all: beside it, then renamed, so that an interrupted run leaves no half of it.
 *
 * @param mode of the new file
 */
export async function replaceFile(file: string, text: string, mode = 0o666): Promise<void> {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}`);
  try {
    await writeFile(beside, text, { mode, flag: 'wx' });
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    // Its user knows nothing of the file beside.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}
