import process from 'node:process';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import { generic, type ServerProfile } from '../../lib/credential/profile.ts';
import type { Profiles } from '../../lib/credential/profiles.ts';
import { CommandError } from '../command-error.ts';
import type { Surroundings } from '../global-options.ts';
import { type Asker, askDocument } from './ask-document.ts';
import { type Members, withMemberFiles, withMembers } from './document-members.ts';
import { prompt, readSecret } from './read-secret.ts';
import { profileNamed, shippedProfiles } from './server-profiles.ts';

/** What the command line says about a document. */
export interface GivenDocument {
  /** Default: prompts on a terminal, else standard input. */
  readonly file: string | undefined;
  /** Name of a server profile; `undefined`: as the document says. */
  readonly profile: string | undefined;
  /** Members, each as `key=value`. They replace those of the document. */
  readonly set: readonly string[];
  /** Secrets and certificates, each as `key=file`. They replace those of the document. */
  readonly setFile: readonly string[];
}

/**
 * Reads a document from a file, from a pipe or by prompts, and adds profile and members. The registry
 * checks it.
 *
 * @throws CommandError 2 if it is empty, cannot be read or is no JSON object, if it names another
 *   profile, if a member is unknown or a secret, or if a file cannot be read
 */
export async function readGivenDocument(
  { file, profile: name, set, setFile }: GivenDocument,
  surroundings: Surroundings,
): Promise<Members> {
  const add = async (members: Members) =>
    await withMemberFiles(withMembers(members, set), setFile, (named, label) =>
      readSecret(named, label, surroundings),
    );
  const given = await add({});
  if (file === undefined && process.stdin.isTTY) {
    const profiles = await shippedProfiles();
    const asker = openAsker(surroundings);
    const chosen = name ?? given['profile'] ?? (await askProfile(asker, profiles));
    return await askDocument(asker, profileNamed(String(chosen), profiles), given);
  }
  const text = await readSecret(file, 'the document', surroundings);
  const document = findJsonObject(text);
  if (document === undefined)
    throw new CommandError(2, `${file ?? 'the document'} must be a JSON object.`);
  return await add(withProfile(document, name));
}

function withProfile(document: Members, profile: string | undefined): Members {
  if (profile === undefined) return document;
  if ((document['profile'] ?? profile) === profile) return { ...document, profile };
  throw new CommandError(
    2,
    `The document has another profile than --profile ${profile}: remove one of the two.`,
  );
}

async function askProfile(asker: Asker, profiles: Profiles): Promise<ServerProfile['name']> {
  const names = profiles.names.filter((name) => name !== generic.name);
  const name = await asker.line(`server profile: ${names.join(', ')} (empty: none)`);
  return name === '' ? generic.name : name;
}

function openAsker(surroundings: Surroundings): Asker {
  const { stderr, signal } = surroundings;
  const line = async (label: string) => (await prompt(label, stderr, signal)).trim();
  return {
    line,
    secret: (label) => readSecret(undefined, label, surroundings),
    content: async (label) => await readSecret(await line(label), label, surroundings),
  };
}
