import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { CommandError } from '../command-error.ts';
import { replaceFile } from '../replace-file.ts';
import {
  type Context,
  type ContextFile,
  parseContextFile,
  readContextText,
} from './context-file.ts';

/**
 * Changes the file and keeps its comments. What was read and what would be written must both be valid, else nothing is
 * written. Only its owner may read it: it says where somebody works and as whom.
 *
 * @param change works on the document, knowing what stood in it
 * @throws CommandError (exit 2) as {@link parseContextFile}, and what `change` throws
 */
export async function editContexts(
  file: string,
  change: (document: Document, before: ContextFile) => void,
): Promise<ContextFile> {
  const text = await readContextText(file);
  const before = parseContextFile(text, file);
  const document = parseDocument(text);
  change(document, before);
  const changed = document.toString();
  const after = parseContextFile(changed, file);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // Who keeps it in a repository of dot files has a link here, which must stay one.
  const target = await realpath(file).catch(() => file);
  await replaceFile(target, changed, 0o600);
  return after;
}

/**
 * Adds a context or changes members of one; the first one becomes the current one.
 *
 * @param members those to change; an empty one is taken away
 * @returns what throws CommandError (exit 2) where a new context has no endpoint
 */
export function setContext(
  name: string,
  members: Partial<Context>,
): (document: Document, before: ContextFile) => void {
  return (document, { current }) => {
    if (!document.hasIn(['contexts', name])) {
      if (!members.endpoint)
        throw new CommandError(
          2,
          `there is no context ${name} yet: a new one needs --endpoint <url>.`,
        );
      document.setIn(['contexts', name], document.createNode({}));
    }
    for (const [member, value] of Object.entries(members)) {
      const place = ['contexts', name, member];
      if (value === '') document.deleteIn(place);
      else document.setIn(place, value);
    }
    if (current === undefined) document.set('current', name);
  };
}

/** Takes a context away; where it was the current one, none is. */
export function removeContext(name: string): (document: Document, before: ContextFile) => void {
  return (document, { current }) => {
    document.deleteIn(['contexts', name]);
    if (current === name) document.delete('current');
  };
}
