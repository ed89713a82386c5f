import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { CommandError } from '../command-error.ts';

/** A file with the variables of the one-time client, for as long as the client exists. */
export interface EnvFile {
  /** Writes the whole file or nothing, readable by its owner only. */
  write(variables: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Removes the file, unless something else has replaced its content. */
  remove(): Promise<void>;
}

const FIRST_LINE =
  '# OAuth2 client of one run of token-vending serve; invalid when the run ends.\n';

/**
 * Opens the file at the path `file`, and removes the file of an earlier run.
 *
 * @throws CommandError 2 if another file exists at that path
 */
export async function openEnvFile(file: string): Promise<EnvFile> {
  const present = await read(file);
  if (present !== undefined && !present.startsWith(FIRST_LINE))
    throw new CommandError(2, `${file} already exists: choose another file, or remove it`);
  // A program that waits for the file must not find the file of an earlier run.
  await rm(file, { force: true });
  let written: string | undefined;
  return {
    async write(variables) {
      const text = FIRST_LINE + formatVariables(variables);
      const draft = `${file}.${process.pid}.tmp`;
      try {
        await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw unwritable(file, error);
      }
      written = text;
    },
    async remove() {
      if (written !== undefined && (await read(file)) === written) await rm(file, { force: true });
    },
  };
}

/** `NAME=value` lines for shells, Docker and systemd. No value contains a character that one of them interprets. */
export function formatVariables(variables: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): CommandError {
  return new CommandError(2, `${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
}
