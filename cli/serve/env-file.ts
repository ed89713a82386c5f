import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { CommandFailed } from '../command-failed.ts';

/** A file that tells programs of the one-time client, for as long as that lives. */
export interface EnvFile {
  /** Writes it whole or not at all, for its owner only. */
  write(variables: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Removes it, unless it has become another's. */
  remove(): Promise<void>;
}

const FIRST_LINE =
  '# OAuth2 client of one run of token-vending serve; invalid when the run ends.\n';

/**
 * Names where the file is to stand.
 *
 * @throws CommandFailed 2 where something else is there already: only what an earlier run left behind is removed
 */
export async function openEnvFile(file: string): Promise<EnvFile> {
  const present = await read(file);
  if (present !== undefined && !present.startsWith(FIRST_LINE))
    throw new CommandFailed(2, `${file} already exists: choose another file, or remove it`);
  // Who waits for the file must not find that of a run which is over.
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
        throw refuse(file, error);
      }
      written = text;
    },
    async remove() {
      if (written !== undefined && (await read(file)) === written) await rm(file, { force: true });
    },
  };
}

/** `NAME=value` lines, as shells, Docker and systemd read them: no value has a character that one of them would take amiss. */
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
    throw refuse(file, error);
  }
}

function refuse(file: string, error: unknown): CommandFailed {
  return new CommandFailed(
    2,
    `${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`,
  );
}
