import process from 'node:process';
import type { DocumentOptions } from '../../lib/credential/document.ts';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import { generic, type ServerProfile } from '../../lib/credential/profile.ts';
import { Profiles } from '../../lib/credential/profiles.ts';
import { CommandError } from '../command-error.ts';
import type { Surroundings } from '../global-options.ts';
import { type Asker, askDocument } from './ask-document.ts';
import { type Members, withMemberFiles, withMembers } from './document-members.ts';
import { prompt, readSecret } from './read-secret.ts';

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
 * Reads a document from a file, from a pipe or by prompts, and adds profile and members.
 *
 * @returns the text of the document, not validated
 * @throws CommandError 2 if it is empty or cannot be read, if the profile does not exist, if the
 *   document names another one, if a member is unknown or a secret, or if a file cannot be read
 */
export async function readGivenDocument(
  { file, profile: name, set, setFile }: GivenDocument,
  { profiles = new Profiles() }: DocumentOptions,
  surroundings: Surroundings,
): Promise<string> {
  const profile = name === undefined ? undefined : findProfile(name, profiles);
  const add = async (members: Members) =>
    await withMemberFiles(withMembers(members, set), setFile, (named, label) =>
      readSecret(named, label, surroundings),
    );
  const given = await add({});
  if (file === undefined && process.stdin.isTTY) {
    const asker = openAsker(surroundings);
    const chosen = profile ?? (await askProfile(asker, profiles, given['profile']));
    return JSON.stringify(await askDocument(asker, chosen, given));
  }
  const text = await readSecret(file, 'the document', surroundings);
  const document = findJsonObject(text);
  // A text that is not a JSON object stays as it is: the check of the document reports it.
  const isWhole = profile === undefined && set.length === 0 && setFile.length === 0;
  if (document === undefined || isWhole) return text;
  return JSON.stringify(await add(withProfile(document, profile)));
}

function findProfile(name: string, profiles: Profiles): ServerProfile {
  const profile = profiles.find(name);
  if (profile !== undefined) return profile;
  throw new CommandError(
    2,
    `There is no server profile ${name}: --profile must be one of ${profiles.names.join(', ')}.\n  To name the AWS profile to sign with, write it before the command: token-vending --profile ${name} credentials put ...`,
  );
}

function withProfile(document: Members, profile: ServerProfile | undefined): Members {
  if (profile === undefined) return document;
  const stated = document['profile'] ?? profile.name;
  if (stated === profile.name) return { ...document, profile: profile.name };
  throw new CommandError(
    2,
    `The document has another profile than --profile ${profile.name}: remove one of the two.`,
  );
}

async function askProfile(
  asker: Asker,
  profiles: Profiles,
  given: unknown,
): Promise<ServerProfile> {
  const names = profiles.names.filter((name) => name !== generic.name);
  const name = given ?? (await asker.line(`server profile: ${names.join(', ')} (empty: none)`));
  const profile = name === '' ? generic : profiles.find(String(name));
  if (profile !== undefined) return profile;
  throw new CommandError(
    2,
    `There is no server profile ${name}: it must be one of ${names.join(', ')}.`,
  );
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
