import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential/id.ts';
import { findEndpointUrl } from '../../lib/http/endpoint-url.ts';
import { CommandError } from '../command-error.ts';

/** One deployment, and the options to use it with. */
export type Context = v.InferOutput<typeof context>;

/** The content of `config.yaml`. */
export type ContextFile = v.InferOutput<typeof schema>;

const ENDPOINT_RULE =
  'must be an https URL (http only for loopback); use the URL from the outputs of the deployment';
const REGION_RULE = 'must be an AWS region such as eu-north-1; correct it';
const SERVICE_RULE = 'must be lambda or execute-api; correct it or remove it';
const PROFILE_RULE =
  'must be a profile of the AWS configuration; see `aws configure list-profiles`';
const CREDENTIAL_RULE = `${CREDENTIAL_ID_RULE}; correct it`;
const NAME_RULE =
  'must be 1 to 64 letters, digits, dots, hyphens and underscores, beginning with a letter or digit; rename it';

const name = v.pipe(v.string(NAME_RULE), v.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, NAME_RULE));
const context = v.strictObject(
  {
    endpoint: v.pipe(
      v.string(ENDPOINT_RULE),
      v.check(
        (text) => findEndpointUrl(text, { allowLoopbackHttp: true })?.search === '',
        ENDPOINT_RULE,
      ),
    ),
    region: v.optional(v.pipe(v.string(REGION_RULE), v.regex(/^[a-z0-9-]{1,40}$/, REGION_RULE))),
    signing_service: v.optional(v.picklist(['lambda', 'execute-api'], SERVICE_RULE)),
    profile: v.optional(v.pipe(v.string(PROFILE_RULE), v.minLength(1, PROFILE_RULE))),
    credential: v.optional(
      v.pipe(
        v.string(CREDENTIAL_RULE),
        v.check((text) => findCredentialId(text) !== undefined, CREDENTIAL_RULE),
      ),
    ),
  },
  'must be a mapping of endpoint, region, signing_service, profile and credential; write `endpoint: https://...` below it',
);
const entries = v.strictObject(
  {
    current: v.optional(name),
    contexts: v.optional(
      v.record(name, context, 'must be a mapping of names to contexts; write `name:` below it'),
      {},
    ),
  },
  'must be a mapping of current and contexts; remove it and use `token-vending context set`',
);
const CURRENT_RULE =
  'must be one of the contexts of the file; use `token-vending context use <name>`';
const schema = v.pipe(
  entries,
  v.forward(
    v.partialCheck(
      [['current'], ['contexts']],
      ({ current, contexts }) => current === undefined || Object.hasOwn(contexts, current),
      CURRENT_RULE,
    ),
    ['current'],
  ),
);

/**
 * The path of the file by the XDG Base Directory Specification, which requires that a relative
 * XDG_CONFIG_HOME is ignored.
 */
export function contextFilePath(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CONFIG_HOME: base = '', HOME: home = '' } = environment;
  const folder = path.isAbsolute(base) ? base : path.join(home || homedir(), '.config');
  return path.join(folder, 'token-vending', 'config.yaml');
}

/**
 * @returns the text; empty if there is no file
 * @throws CommandError (exit 2) if it cannot be read
 */
export async function readContextText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new CommandError(
      2,
      `${file}: cannot be read (${code}): check that the file belongs to you.`,
    );
  }
}

/**
 * Reads the text of the file. Unknown and repeated keys are errors.
 *
 * @param file its name for messages
 * @throws CommandError (exit 2) with key, rule and remedy of each error
 */
export function parseContextFile(text: string, file: string): ContextFile {
  const result = v.safeParse(schema, parseYaml(text, file) ?? {}, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw new CommandError(
    2,
    result.issues.map((issue) => `${file}: ${describeIssue(issue)}.`).join('\n'),
  );
}

/** @throws CommandError (exit 2) if there is no such context; the message lists the contexts */
export function requireContext({ contexts }: ContextFile, name: string, file: string): Context {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(contexts);
  const remedy = names.length > 0 ? `there are ${names.join(', ')}` : 'there is no context yet';
  throw new CommandError(
    2,
    `${file}: no context ${name}: ${remedy}. Create one with token-vending context set.`,
  );
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [firstLine] = (error as Error).message.split('\n');
    throw new CommandError(2, `${file}: is not YAML: ${firstLine}`);
  }
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue) ?? 'the file';
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `${key} is not a key of this file; remove it or correct its name`;
  if (issue.type === 'strict_object' && issue.received === 'undefined')
    return `${key} is missing; add it`;
  return `${key} ${issue.message}`;
}
