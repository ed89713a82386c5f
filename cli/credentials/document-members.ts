import { DOCUMENT_MEMBERS, SECRET_MEMBERS } from '../../lib/credential/document-schema.ts';
import { isJsonObject } from '../../lib/http/json.ts';
import { CommandError } from '../command-error.ts';

/** Members of a credential document in JSON. */
export type Members = Readonly<Record<string, unknown>>;

const NUMBERS = ['access_token_lifetime', 'epoch'];
const SWITCHES = ['tls_client_certificate_bound_access_tokens'];
const LISTS = ['audience', 'resource'];
/** Members that are objects. A path names a member of them: `rotation.recipe`. */
const NESTED = ['token_parameters', 'rotation'];
const IN_ROTATION = 'parameters.';

/**
 * Adds members to a document, each as `key=value`. Values of `audience` and `resource` are separated
 * by spaces, and `token_parameters.NAME=value` is one parameter. The check of the document reports
 * invalid values.
 *
 * @throws CommandError 2 if it is not of that form, or the key is unknown or a secret, because
 *   command lines are visible to others
 */
export function withMembers(document: Members, texts: readonly string[]): Members {
  return texts.reduce(withMember, document);
}

function withMember(document: Members, text: string): Members {
  const [, key = '', name, value = ''] = /^([a-z_]+)(?:\.([^=]+))?=(.*)$/s.exec(text.trim()) ?? [];
  if (key === '')
    throw new CommandError(
      2,
      'A member must have the form key=value, such as access_token_format=opaque.',
    );
  if (SECRET_MEMBERS.includes(key))
    throw new CommandError(
      2,
      `${key} is a secret: it must be in the document, in a file (--set-file ${key}=FILE) or typed at the prompt, because command lines are visible to others.`,
    );
  if (!DOCUMENT_MEMBERS.includes(key) || (name !== undefined) !== NESTED.includes(key))
    throw unknownMember(key);
  return setAt(document, pathOf(key, name), read(key, value));
}

/**
 * Adds null members to a merge patch (RFC 7396): it removes each key, or one parameter of
 * `token_parameters` or `rotation`.
 *
 * @throws CommandError 2 if a key is unknown
 */
export function withoutMembers(patch: Members, keys: readonly string[]): Members {
  return keys.reduce((members, text) => {
    const [, key = '', name] = /^([a-z_]+)(?:\.(.+))?$/s.exec(text.trim()) ?? [];
    const isKnown = DOCUMENT_MEMBERS.includes(key) && (name === undefined || NESTED.includes(key));
    if (!isKnown) throw unknownMember(key);
    return setAt(members, pathOf(key, name), null);
  }, patch);
}

// The name of a parameter may contain dots.
function pathOf(key: string, name: string | undefined): readonly string[] {
  if (name === undefined) return [key];
  return key === 'rotation' && name.startsWith(IN_ROTATION)
    ? [key, 'parameters', name.slice(IN_ROTATION.length)]
    : [key, name];
}

function setAt(json: Members, [name = '', ...rest]: readonly string[], value: unknown): Members {
  if (rest.length === 0) return { ...json, [name]: value };
  const inner = json[name];
  return { ...json, [name]: setAt(isJsonObject(inner) ? inner : {}, rest, value) };
}

function unknownMember(key: string): CommandError {
  return new CommandError(2, `There is no member ${key}: it must be one of ${NAMES}.`);
}

const IN_FILES = [...SECRET_MEMBERS, 'tls_client_certificate'];

/**
 * Adds members to a document, each as `key=file`: the value is the text of the file. So a secret or
 * PEM does not stand on the command line, which is visible to others.
 *
 * @param read the text of a file; its second parameter says what it contains
 * @throws CommandError 2 if it is not of that form, or the key is not one of these; what `read` throws
 */
export async function withMemberFiles(
  document: Members,
  texts: readonly string[],
  read: (file: string, label: string) => Promise<string>,
): Promise<Members> {
  let members = document;
  for (const text of texts) {
    const [, key = '', file = ''] = /^([a-z_]+)=(.+)$/s.exec(text.trim()) ?? [];
    if (key === '')
      throw new CommandError(
        2,
        'A member of a file must have the form key=file, such as tls_client_key=client.key.',
      );
    if (!IN_FILES.includes(key))
      throw new CommandError(
        2,
        `${key} cannot be read from a file: it must be one of ${IN_FILES.join(', ')}.`,
      );
    const value = await read(file, key);
    members = { ...members, [key]: key === 'private_key_jwk' ? parseKey(value) : value };
  }
  return members;
}

/** A key as JSON. The check of the document reports a text that is no key. */
export function parseKey(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const NAMES = DOCUMENT_MEMBERS.filter((key) => !SECRET_MEMBERS.includes(key))
  .map((key) => (NESTED.includes(key) ? `${key}.NAME` : key))
  .join(', ');

function read(key: string, value: string): unknown {
  if (SWITCHES.includes(key) && /^(true|false)$/.test(value)) return value === 'true';
  if (NUMBERS.includes(key)) return /^\d+$/.test(value) ? Number(value) : value;
  return LISTS.includes(key) ? value.split(/\s+/).filter((one) => one !== '') : value;
}
