import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A secret in every encoding in which it could slip out. */
export function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    secret,
    base64,
    // The tail of base64 depends on what follows the secret.
    base64.slice(0, Math.floor(bytes.length / 3) * 4),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ].filter((text) => text.length >= 8);
}

/** Which of the secrets stands in the text, by position in the list; the secrets themselves are not repeated. */
export function findCanaries(text: string, secrets: readonly string[]): number[] {
  return secrets.flatMap((secret, at) =>
    encodingsOf(secret).some((form) => text.includes(form)) ? [at] : [],
  );
}

/** Every file below a directory, with its text. */
export async function readAllFiles(directory: string): Promise<{ file: string; text: string }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return { file: path.relative(directory, file), text: await readFile(file, 'utf8') };
      }),
  );
}
