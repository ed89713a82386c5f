import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SECRET_MEMBERS } from '../../lib/credential/document-schema.ts';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import { CommandError } from '../command-error.ts';
import type { Surroundings } from '../global-options.ts';
import { runChild } from '../run-child.ts';
import type { Ui } from '../ui.ts';
import type { Members } from './document-members.ts';
import { mergePatchOf } from './merge-patch.ts';
import { prompt } from './read-secret.ts';

/**
 * Opens the public members of a document in the editor of the user, and sends what changed. A text
 * that is not sent is kept in its file, unless it names a secret.
 *
 * @param send sends the merge patch
 * @returns `undefined` if nothing changed, and so nothing was sent
 * @throws CommandError 127 if there is no such editor, 2 if it fails; what `send` throws
 */
export async function editDocument<T>(
  document: Members,
  { err }: Pick<Ui, 'err'>,
  surroundings: Surroundings,
  send: (patch: Members) => Promise<T>,
): Promise<T | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'token-vending-'));
  const file = path.join(folder, 'document.json');
  const before = `${JSON.stringify(document, null, 2)}\n`;
  let isDone = false;
  try {
    await writeFile(file, before, { mode: 0o600 });
    const edited = await openEditor(file, surroundings);
    const patch = edited === undefined ? {} : mergePatchOf(document, edited);
    const sent = Object.keys(patch).length === 0 ? undefined : await send(patch);
    isDone = true;
    return sent;
  } finally {
    const text = await readFile(file, 'utf8').catch(() => before);
    const hasSecret = SECRET_MEMBERS.some((member) => text.includes(member));
    if (isDone || hasSecret || text === before) await rm(folder, { recursive: true, force: true });
    else err(`Your text is kept in ${file}`);
  }
}

/** @returns `undefined` if the user emptied the file */
async function openEditor(file: string, surroundings: Surroundings): Promise<Members | undefined> {
  const { environment, stderr, signal } = surroundings;
  const editor = environment['VISUAL'] || environment['EDITOR'] || 'vi';
  const [program = 'vi', ...args] = editor.trim().split(/\s+/);
  for (;;) {
    const end = await runChild(program, [...args, file], environment);
    signal.throwIfAborted();
    if (end !== 0)
      throw new CommandError(2, `The editor ${program} ended with ${end}: nothing is changed.`);
    const text = await readFile(file, 'utf8');
    if (text.trim() === '') return undefined;
    const edited = findJsonObject(text);
    if (edited !== undefined) return edited;
    await prompt(
      'The text is not a JSON object. Enter opens the editor again, Ctrl-C stops',
      stderr,
      signal,
    );
  }
}
