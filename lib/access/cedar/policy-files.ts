import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/web';
import { VendError } from '../../errors/vend-error.ts';
import type { Cedar } from './engine.ts';

/** One policy with the place that it was read from. */
export interface CedarPolicy {
  /** Its `@id`. */
  readonly id: string;
  /** Its `@advice`: what a caller can do whom it refuses. */
  readonly advice: string | undefined;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly json: PolicyJson;
}

/** Something wrong in a policy file. */
export interface PolicyProblem {
  readonly file: string;
  /** From 1; 0 where the whole file is meant. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

export interface CedarPolicySet {
  readonly schema: string;
  readonly policies: readonly CedarPolicy[];
  /** SHA-256 (hex) of the schema and every policy file, by name. */
  readonly version: string;
}

export interface PolicyFiles {
  /** The schema that the function was built for. */
  readonly schemaFile: string;
  /** Every `*.cedar` in it is in force; what stands in folders below is not. */
  readonly directory: string;
}

const SCHEMA_SUFFIX = '.cedarschema';
const ID_RULE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * Reads, parses and validates every policy of a directory against the schema (Cedar's strict mode).
 *
 * @returns the policies as far as they could be read, and every problem that was found
 */
export function inspectPolicies(
  cedar: Cedar,
  files: PolicyFiles,
): { readonly set: CedarPolicySet; readonly problems: readonly PolicyProblem[] } {
  const schema = readFileSync(files.schemaFile, 'utf8');
  const sources = readSources(files.directory);
  const problems = sources.flatMap((source) => checkSchemaCopy(source, schema));
  const policies: CedarPolicy[] = [];
  for (const source of sources.filter(({ file }) => file.endsWith('.cedar'))) {
    const read = readPolicies(cedar, source, schema);
    policies.push(...read.policies);
    problems.push(...read.problems);
  }
  problems.push(...findDuplicates(policies));
  if (policies.length === 0 && problems.length === 0) {
    const message = 'there is no policy in any *.cedar file, so nobody could have anything';
    problems.push({ file: files.directory, line: 0, column: 0, message });
  }
  return { set: { schema, policies, version: digestSources(schema, sources) }, problems };
}

/**
 * The policies of a directory, none of them in doubt.
 *
 * @throws VendError `config_invalid` with file, line, column and rule of every problem
 */
export function readPolicySet(cedar: Cedar, files: PolicyFiles): CedarPolicySet {
  const { set, problems } = inspect(cedar, files);
  if (problems.length === 0) return set;
  throw new VendError('config_invalid', {
    says: `The access policies are not valid: ${problems.map(formatProblem).join('; ')}.`,
  });
}

/** `file:line:column: message`, as editors and CI logs make links of. */
export function formatProblem({ file, line, column, message }: PolicyProblem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}

function inspect(cedar: Cedar, files: PolicyFiles): ReturnType<typeof inspectPolicies> {
  try {
    return inspectPolicies(cedar, files);
  } catch (cause) {
    throw new VendError('config_invalid', {
      says: `The access policies in ${files.directory} cannot be read.`,
      cause,
    });
  }
}

/** A policy or schema file. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Every policy and schema file of a directory, by name. */
export function readSources(directory: string): Source[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.cedar') || file.endsWith(SCHEMA_SUFFIX))
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(directory, file), 'utf8') }));
}

// Editors want the schema beside the policies; another one than ours would validate what never matches.
function checkSchemaCopy({ file, text }: Source, schema: string): PolicyProblem[] {
  if (!file.endsWith(SCHEMA_SUFFIX) || text === schema) return [];
  const message = 'the schema differs from the one of this version: replace it by that';
  return [{ file, line: 0, column: 0, message }];
}

function readPolicies(
  cedar: Cedar,
  source: Source,
  schema: string,
): { policies: CedarPolicy[]; problems: PolicyProblem[] } {
  const parts = cedar.policySetTextToParts(source.text);
  if (parts.type === 'failure') {
    return { policies: [], problems: parts.errors.map((error) => toProblem(source, error)) };
  }
  const read = locate(source, parts.policies).map(({ text, at }) =>
    readPolicy(cedar, source, text, at),
  );
  const templates = locate(source, parts.policy_templates).map(({ at }) =>
    problemAt(source, at, 'templates (?principal, ?resource) are not supported'),
  );
  return {
    policies: read.flatMap(({ policy }) => policy ?? []),
    problems: [
      ...read.flatMap(({ problem }) => problem ?? []),
      ...templates,
      ...(templates.length > 0 ? [] : validate(cedar, source, schema)),
    ],
  };
}

/** Where each part of a file begins: parts stand in the order of the text. */
function locate({ text }: Source, parts: readonly string[]): { text: string; at: number }[] {
  let from = 0;
  return parts.map((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return { text: part, at };
  });
}

function readPolicy(
  cedar: Cedar,
  source: Source,
  text: string,
  at: number,
): { policy?: CedarPolicy; problem?: PolicyProblem } {
  const parsed = cedar.policyToJson(text);
  if (parsed.type === 'failure')
    return {
      problem: problemAt(source, at, parsed.errors.map(({ message }) => message).join('; ')),
    };
  const { json } = parsed;
  const { id, advice, ...others } = json.annotations ?? {};
  if (id === undefined || !ID_RULE.test(id)) {
    const rule = 'must name the policy for the audit record, in letters, digits, - _ and .';
    return {
      problem: problemAt(
        source,
        at,
        `@id("...") ${id === undefined ? 'is missing: it ' : ''}${rule}`,
      ),
    };
  }
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const message = `@${unknown} is not an annotation of ours: there are @id and @advice`;
    return { problem: problemAt(source, at, message) };
  }
  const { line } = positionOf(source.text, at);
  return { policy: { id, advice, effect: json.effect, file: source.file, line, text, json } };
}

// What Cedar says besides, where a name in the head of a policy is unknown.
const CONSEQUENCE = /^unable to find an applicable action|^policy is impossible/;

function validate(cedar: Cedar, source: Source, schema: string): PolicyProblem[] {
  const answer = cedar.validate({ schema, policies: { staticPolicies: source.text } });
  if (answer.type === 'failure') return answer.errors.map((error) => toProblem(source, error));
  const found = [...answer.validationErrors, ...answer.validationWarnings];
  const all = found.map(({ error }) => toProblem(source, error)).sort(byPlace);
  const causes = all.filter(({ message }) => !CONSEQUENCE.test(message));
  const problems = causes.length > 0 ? causes : all;
  // Cedar reports an error once for each action that the policy can apply to.
  return [
    ...new Map(problems.map((problem) => [`${problem.line}:${problem.column}`, problem])).values(),
  ];
}

// Cedar's own order changes from run to run.
function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  return a.line - b.line || a.column - b.column || a.message.localeCompare(b.message, 'en');
}

function toProblem(source: Source, error: DetailedError): PolicyProblem {
  const { message, help, sourceLocations } = error;
  const [location] = sourceLocations ?? [];
  const parts = [
    message
      .replace(/^for policy `policy\d+`, /, '')
      .replace(/ in context for Action::"\w+"/, ' of the context')
      .replace(/^failed to parse .* from string: /, ''),
    location?.label,
    help,
  ];
  const text = parts.filter(Boolean).join('; ').replaceAll(/\s+/g, ' ');
  if (location === undefined) return { file: source.file, line: 0, column: 0, message: text };
  return problemAt(source, characterAt(source.text, location.start), text);
}

// Cedar counts bytes of UTF-8.
function characterAt(text: string, byte: number): number {
  return Buffer.from(text).subarray(0, byte).toString().length;
}

function problemAt({ file, text }: Source, at: number, message: string): PolicyProblem {
  return { file, ...positionOf(text, at), message };
}

function positionOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

function findDuplicates(policies: readonly CedarPolicy[]): PolicyProblem[] {
  const first = new Map<string, CedarPolicy>();
  return policies.flatMap((policy) => {
    const earlier = first.get(policy.id);
    if (earlier === undefined) {
      first.set(policy.id, policy);
      return [];
    }
    const { file, line, id } = policy;
    const message = `@id("${id}") stands also in ${earlier.file}:${earlier.line}: it must be unique`;
    return [{ file, line, column: 1, message }];
  });
}

/** SHA-256 (hex) of the schema and every policy file: the version of a policy set. */
export function digestSources(schema: string, sources: readonly Source[]): string {
  const policies = sources.filter(({ file }) => file.endsWith('.cedar'));
  const parts = [['schema', schema], ...policies.map(({ file, text }) => [file, text])];
  return hash('sha256', JSON.stringify(parts), 'hex');
}
