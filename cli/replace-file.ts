import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file completely or not at all: it writes a temporary file beside it and renames that.
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
    // The user does not know the temporary file.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}
