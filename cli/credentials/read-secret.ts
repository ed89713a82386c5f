import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { isUtf16, UTF8_RULE } from '../../lib/credential/document-text.ts';
import { CommandError } from '../command-error.ts';
import type { Surroundings } from '../global-options.ts';

/** Files that mean standard input. Not every kind of it can be opened as a file. */
const INPUT: readonly (string | undefined)[] = [undefined, '-', '/dev/stdin'];

/**
 * Reads a secret from a file, from a pipe, or from a terminal without echo.
 *
 * @param file `-` or absent: standard input
 * @param label prompt on a terminal
 * @returns the text without a byte order mark and without the newline at its end
 * @throws CommandError 2 if it is empty, UTF-16 text, or the file cannot be read
 */
export async function readSecret(
  file: string | undefined,
  label: string,
  surroundings: Surroundings,
): Promise<string> {
  const isFile = file !== undefined && !INPUT.includes(file);
  const given = isFile ? await fromFile(file) : await fromInput(label, surroundings);
  if (isUtf16(given)) throw new CommandError(2, `${file ?? label} ${UTF8_RULE}.`);
  const secret = given.replace(/^\uFEFF/, '').replace(/\r?\n$/, '');
  if (secret === '') throw new CommandError(2, `${label} is empty.`);
  return secret;
}

async function fromFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new CommandError(2, `${file} cannot be read (${code}).`);
  }
}

async function fromInput(label: string, { stderr, signal }: Surroundings): Promise<string> {
  return process.stdin.isTTY
    ? await prompt(label, stderr, signal, false)
    : await text(process.stdin);
}

/**
 * Prompts for one line on the terminal.
 *
 * @param echo false for a secret
 */
export async function prompt(
  label: string,
  stderr: NodeJS.WriteStream,
  signal: AbortSignal,
  echo = true,
): Promise<string> {
  const input = process.stdin;
  // In raw mode the terminal writes nothing back by itself, and readline writes only to `output`.
  const lines = createInterface({ input, terminal: true, ...(echo ? { output: stderr } : {}) });
  // Only now: the terminal itself would show what is typed before.
  stderr.write(`${label}: `);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new CommandError(130, '')));
      lines.once('close', () => reject(new CommandError(2, `${label} was not given.`)));
      signal.addEventListener('abort', () => reject(new CommandError(130, '')), { once: true });
    });
  } finally {
    lines.close();
    if (!echo) stderr.write('\n');
  }
}
