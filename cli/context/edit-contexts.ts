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
 * Changes the file and keeps its comments. Nothing is written unless both the old and the new text
 * are valid. Only the owner may read the file, because it shows endpoints and identities.
 *
 * @param change edits the document; it receives the content before the change
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
  // The path may be a symbolic link, for example into a repository of dot files. The link must
  // stay.
  const target = await realpath(file).catch(() => file);
  await replaceFile(target, changed, 0o600);
  return after;
}

/**
 * Adds a context, or changes members of one. The first context becomes the current one.
 *
 * @param members members to change; an empty value removes the member
 * @returns an edit that throws CommandError (exit 2) if a new context has no endpoint
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

/** Removes a context. If it was the current one, there is no current context afterwards. */
export function removeContext(name: string): (document: Document, before: ContextFile) => void {
  return (document, { current }) => {
    document.deleteIn(['contexts', name]);
    if (current === name) document.delete('current');
  };
}
