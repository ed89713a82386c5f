import { isLoopback } from '../http/endpoint-url.ts';
import { readClientId, type ServerProfile } from './profile.ts';

/** The members of a document in JSON, with the defaults of its profile. */
export type DocumentJson = Readonly<Record<string, unknown>>;

/**
 * The rules of its profile that a document breaks, in words. Of several rules for one member, only
 * the first is reported.
 *
 * @param json valid by the schema of documents
 */
export function findProfileErrors(profile: ServerProfile, json: DocumentJson): string[] {
  const values = (member: string) => valuesOf(profile, json, member);
  const missing = profile.requires
    .filter(({ member }) => values(member).length === 0)
    .map(({ member, text }) => ({ member, text: `is missing: ${text}` }));
  const broken = profile.rules.filter(({ member, pattern, when }) => {
    const applies =
      when === undefined || values(when.member).some((value) => matches(when.pattern, value));
    return applies && values(member).some((value) => !allows(pattern, value));
  });
  return firstOfEach([...missing, ...broken]).map(
    ({ member, text }) => `${member} ${text} (profile ${profile.name})`,
  );
}

function firstOfEach<T extends { readonly member: string }>(errors: readonly T[]): T[] {
  return errors.filter(({ member }, at) => errors.findIndex((one) => one.member === member) === at);
}

// A server on loopback stands in for a server of any kind.
function allows(pattern: string, value: string): boolean {
  return matches(pattern, value) || isLoopback(URL.parse(value)?.hostname ?? '');
}

function matches(pattern: string, value: string): boolean {
  return new RegExp(pattern, 'u').test(value);
}

/** The values of a member as texts. None if it is absent or empty. */
function valuesOf(profile: ServerProfile, json: DocumentJson, member: string): string[] {
  const [key = '', ...rest] = member.split('.');
  const name = rest.join('.');
  if (name === '') return textsOf(json[key]);
  if (key === 'client_id') return textsOf(readClientId(profile, String(json[key]))[name]);
  return textsOf((json[key] as DocumentJson | undefined)?.[name]);
}

function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((one) => one !== undefined && one !== '').map(String);
}
