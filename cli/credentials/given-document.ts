import process from 'node:process';
import type { DocumentOptions } from '../../lib/credential/document.ts';
import type { ServerProfile } from '../../lib/credential/profile.ts';
import { CommandError } from '../command-error.ts';
import type { Surroundings } from '../global-options.ts';
import { prompt, readSecret } from './read-secret.ts';

/** What the command line says about a document. */
export interface GivenDocument {
  /** Default: prompts on a terminal, else standard input. */
  readonly file: string | undefined;
  /** Name of a server profile; `undefined`: as the document says. */
  readonly profile: string | undefined;
}

/**
 * Reads a document from a file, from a pipe or by prompts, and adds the profile.
 *
 * @returns the text of the document, not validated
 * @throws CommandError 2 if it is empty or cannot be read, if the profile does not exist, or if the
 *   document names another one
 */
export async function readGivenDocument(
  { file, profile: name }: GivenDocument,
  { profiles }: DocumentOptions,
  surroundings: Surroundings,
): Promise<string> {
  const profile = name === undefined ? undefined : profiles?.find(name);
  if (name !== undefined && profile === undefined)
    throw new CommandError(
      2,
      `There is no server profile ${name}: --profile must be one of ${profiles?.names.join(', ')}.\n  To name the AWS profile to sign with, write it before the command: token-vending --profile ${name} credentials put ...`,
    );
  if (file === undefined && process.stdin.isTTY)
    return JSON.stringify(await promptForDocument(profile, surroundings));
  const text = await readSecret(file, 'the document', surroundings);
  return profile === undefined ? text : withProfile(text, profile.name);
}

// A text that is not a JSON object stays as it is: the check of the document reports it.
function withProfile(text: string, profile: string): string {
  const document = parseObject(text);
  if (document === undefined) return text;
  const stated = document['profile'] ?? profile;
  if (stated === profile) return JSON.stringify({ ...document, profile });
  throw new CommandError(
    2,
    `The document has another profile than --profile ${profile}: remove one of the two.`,
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? (json as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

async function promptForDocument(
  profile: ServerProfile | undefined,
  surroundings: Surroundings,
): Promise<object> {
  const { stderr, signal } = surroundings;
  const optional = async (label: string) => (await prompt(label, stderr, signal)) || undefined;
  const document = {
    ...(profile === undefined ? {} : { profile: profile.name }),
    issuer: await prompt('issuer (https URL)', stderr, signal),
    client_id: await prompt('client id', stderr, signal),
    client_secret: await readSecret(undefined, 'client secret', surroundings),
  };
  if (profile !== undefined)
    return { ...document, ...(await promptForRequired(profile, optional)) };
  return {
    ...document,
    scope: await optional('scopes that callers may request, space-separated (empty: none)'),
    default_scope: await optional('default scopes, space-separated (empty: the server decides)'),
    audience: await optional('audience (empty: none)'),
  };
}

async function promptForRequired(
  { requires }: ServerProfile,
  ask: (label: string) => Promise<string | undefined>,
): Promise<object> {
  const document: Record<string, unknown> = {};
  for (const { member, text } of requires) {
    const [key = '', ...rest] = member.split('.');
    const value = await ask(`${member} (${text})`);
    document[key] =
      rest.length === 0 ? value : { ...(document[key] as object), [rest.join('.')]: value };
  }
  return document;
}
