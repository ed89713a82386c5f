import * as v from 'valibot';
import { VendError } from '../errors/vend-error.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { DOCUMENT_MEMBERS, documentSchema, SECRET_MEMBERS } from './document-schema.ts';
import { toServerProfile } from './profile.ts';

const TEXT_RULE = 'must be a text of 1 to 500 characters in one line';
const text = v.pipe(v.string(TEXT_RULE), v.regex(/^[^\p{Cc}]{1,500}$/u, TEXT_RULE));

const PATTERN_RULE = 'must be a regular expression of JavaScript with the flag u';
const pattern = v.pipe(
  v.string(PATTERN_RULE),
  v.maxLength(1000, PATTERN_RULE),
  v.check(isPattern, PATTERN_RULE),
);

const MEMBER_RULE =
  'must be a public member of the credential document, token_parameters.NAME or client_id.NAME';
const member = v.pipe(
  v.string(MEMBER_RULE),
  v.regex(/^([a-z_]+|(token_parameters|client_id)\.[\w.:-]{1,128})$/, MEMBER_RULE),
  v.check((name) => isPublic(name.split('.')[0] as string), MEMBER_RULE),
);

const LIST_RULE = 'must be a list';
const OBJECT_RULE = 'must be an object';
const COMPARISON_RULE = 'must be exact or trailing_slash_ignored';
const ENCODING_RULE = 'must be none or base64url';

/** The codes of errors that a grant ends with. */
const ADVISED_CODES = [
  'credential_refused',
  'scope_refused',
  'target_refused',
  'token_unacceptable',
  'upstream_invalid',
  'upstream_rate_limited',
  'upstream_unavailable',
  'upstream_timeout',
] as const;
const CODE_RULE = `must have only keys of ${ADVISED_CODES.join(', ')}`;

const schema = v.strictObject(
  {
    $schema: v.optional(v.string('must be a URL')),
    description: text,
    defaults: v.optional(v.record(v.string(), v.unknown(), OBJECT_RULE), {}),
    requires: v.optional(v.array(v.strictObject({ member, text }, OBJECT_RULE), LIST_RULE), []),
    rules: v.optional(
      v.array(
        v.strictObject(
          {
            member,
            pattern,
            when: v.optional(v.strictObject({ member, pattern }, OBJECT_RULE)),
            text,
          },
          OBJECT_RULE,
        ),
        LIST_RULE,
      ),
      [],
    ),
    issuer_comparison: v.optional(
      v.picklist(['exact', 'trailing_slash_ignored'], COMPARISON_RULE),
      'exact',
    ),
    client_id: v.optional(
      v.strictObject(
        {
          encoding: v.optional(v.picklist(['none', 'base64url'], ENCODING_RULE), 'none'),
          pattern,
        },
        OBJECT_RULE,
      ),
    ),
    advice: v.optional(v.record(v.picklist(ADVISED_CODES, CODE_RULE), text, OBJECT_RULE), {}),
  },
  'must be a JSON object',
);

/** Every member of a profile. */
export const PROFILE_MEMBERS = Object.keys(schema.entries);

/** Members that belong to one credential, not to a kind of server. */
const NO_DEFAULTS = [
  ...['issuer', 'client_id', 'profile', 'status', 'epoch'],
  ...['kms_key_id', 'tls_client_certificate'],
];

/** The members of a document that a profile may have as defaults. */
export const DEFAULT_MEMBERS = DOCUMENT_MEMBERS.filter(
  (name) => isPublic(name) && !NO_DEFAULTS.includes(name),
);

/**
 * Checks a profile.
 *
 * @param file its name for messages
 * @throws VendError `config_invalid` naming the file, and each wrong member with the rule it breaks
 */
export function parseProfile(name: string, json: unknown, file: string, urls: UrlPolicy) {
  const result = v.safeParse(schema, json, { abortPipeEarly: true });
  const errors = result.success
    ? [...findDefaultErrors(result.output.defaults, urls), ...findNameErrors(result.output)]
    : result.issues.map(describeIssue);
  if (errors.length > 0)
    throw new VendError('config_invalid', {
      says: `The server profile ${file} is invalid: ${errors.join('; ')}.`,
    });
  return toServerProfile(name, json as object);
}

function findDefaultErrors(defaults: Readonly<Record<string, unknown>>, urls: UrlPolicy) {
  const { entries } = documentSchema(urls);
  return Object.entries(defaults).flatMap(([name, value]) => {
    if (!DEFAULT_MEMBERS.includes(name))
      return [`defaults.${name} is not a member of documents that may have a default; remove it`];
    const result = v.safeParse(entries[name as keyof typeof entries], value, {
      abortPipeEarly: true,
    });
    return result.success ? [] : [`defaults.${name} ${result.issues[0].message}`];
  });
}

function findNameErrors({ client_id, rules, requires }: v.InferOutput<typeof schema>): string[] {
  const groups = namesOf(client_id?.pattern);
  return [...requires, ...rules, ...rules.flatMap(({ when }) => when ?? [])]
    .map(({ member: name }) => /^client_id\.(.+)$/.exec(name)?.[1])
    .filter((name) => name !== undefined && !groups.includes(name))
    .map((name) => `client_id.${name} is not a named group of client_id.pattern; add it there`);
}

// With an empty alternative the pattern matches, and the match lists each group.
function namesOf(source = ''): string[] {
  return Object.keys(new RegExp(`${source}|`, 'u').exec('')?.groups ?? {});
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  if (path === null) return 'it must be a JSON object';
  if (issue.expected === 'never') return `${path} is not a member of a profile; remove it`;
  return issue.received === 'undefined' ? `${path} is missing` : `${path} ${issue.message}`;
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function isPublic(name: string): boolean {
  return DOCUMENT_MEMBERS.includes(name) && !SECRET_MEMBERS.includes(name);
}
