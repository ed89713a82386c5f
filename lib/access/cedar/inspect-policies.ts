import { readFileSync } from 'node:fs';
import { VendError } from '../../errors/vend-error.ts';
import type { Cedar } from './engine.ts';
import {
  type CedarPolicy,
  type CedarPolicySet,
  digestPolicySet,
  POLICY_SUFFIX,
  type PolicyFiles,
  readSources,
  SCHEMA_SUFFIX,
  type Source,
} from './policy-files.ts';
import {
  byPlace,
  findingAt,
  findingOfError,
  findingOfFile,
  formatFinding,
  type PolicyFinding,
  positionOf,
} from './policy-finding.ts';
import { findUnmatchable } from './unmatchable.ts';

const ID_RULE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The policies as far as they can be read, and their findings. */
export interface Inspection {
  readonly set: CedarPolicySet;
  readonly findings: readonly PolicyFinding[];
  /** Permits with a value that never matches. They are in force, and permit less than they say. */
  readonly warnings: readonly PolicyFinding[];
}

/**
 * Reads, parses and validates every policy of a directory against the schema (Cedar's strict mode,
 * https://docs.cedarpolicy.com/policies/validation.html).
 *
 * @throws Error of node:fs if the directory, a policy or the schema cannot be read
 */
export function inspectPolicies(cedar: Cedar, files: PolicyFiles): Inspection {
  const schema = readFileSync(files.schemaFile, 'utf8');
  const sources = readSources(files.directory);
  const findings = sources.flatMap((source) => checkSchemaCopy(source, schema));
  const policies: CedarPolicy[] = [];
  const warnings: PolicyFinding[] = [];
  for (const source of sources.filter(({ file }) => file.endsWith(POLICY_SUFFIX))) {
    const parsed = parseFile(cedar, source, schema);
    policies.push(...parsed.policies);
    findings.push(...parsed.findings);
    warnings.push(...parsed.warnings);
  }
  findings.push(...findDuplicates(policies));
  if (policies.length === 0 && findings.length === 0) {
    const message = 'there is no policy in any *.cedar file, so every request would be denied';
    findings.push(findingOfFile(files.directory, message));
  }
  return {
    set: { schema, policies, version: digestPolicySet(schema, sources, policies) },
    findings,
    warnings,
  };
}

/**
 * The policies of a directory, if there is no finding.
 *
 * @throws VendError `config_invalid` with file, line, column and rule of every finding, or if the
 *   directory cannot be read
 */
export function readPolicySet(cedar: Cedar, files: PolicyFiles): CedarPolicySet {
  const { set, findings } = inspectReadable(cedar, files);
  if (findings.length === 0) return set;
  throw new VendError('config_invalid', {
    says: `The access policies are invalid: ${findings.map(formatFinding).join('; ')}.`,
  });
}

function inspectReadable(cedar: Cedar, files: PolicyFiles): Inspection {
  try {
    return inspectPolicies(cedar, files);
  } catch (cause) {
    throw new VendError('config_invalid', {
      says: `The access policies in ${files.directory} cannot be read.`,
      cause,
    });
  }
}

// Editors read the schema beside the policies. Another schema there would validate policies that
// never match.
function checkSchemaCopy({ file, text }: Source, schema: string): PolicyFinding[] {
  if (!file.endsWith(SCHEMA_SUFFIX) || text === schema) return [];
  const message = 'the schema differs from the schema of this version: replace it';
  return [findingOfFile(file, message)];
}

interface Parsed {
  readonly policies: readonly CedarPolicy[];
  readonly findings: readonly PolicyFinding[];
  readonly warnings: readonly PolicyFinding[];
}

function parseFile(cedar: Cedar, source: Source, schema: string): Parsed {
  const parts = cedar.policySetTextToParts(source.text);
  if (parts.type === 'failure')
    return refused(parts.errors.map((error) => findingOfError(source, error)));
  const parsed = locate(source, parts.policies).map((part) => parsePolicy(cedar, source, part));
  const templates = locate(source, parts.policy_templates).map(({ at }) =>
    findingAt(source, at, 'templates (?principal, ?resource) are not supported'),
  );
  return {
    policies: parsed.flatMap(({ policies }) => policies),
    findings: [
      ...parsed.flatMap(({ findings }) => findings),
      ...templates,
      ...(templates.length > 0 ? [] : validate(cedar, source, schema)),
    ],
    warnings: parsed.flatMap(({ warnings }) => warnings),
  };
}

function refused(findings: readonly PolicyFinding[]): Parsed {
  return { policies: [], findings, warnings: [] };
}

interface Part {
  readonly text: string;
  /** Index of its start in the file. */
  readonly at: number;
}

/** Finds where each part of a file starts. The parts are in the order of the text. */
function locate({ text }: Source, parts: readonly string[]): Part[] {
  let from = 0;
  return parts.map((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return { text: part, at };
  });
}

function parsePolicy(cedar: Cedar, source: Source, { text, at }: Part): Parsed {
  const refuse = (message: string) => refused([findingAt(source, at, message)]);
  const parsed = cedar.policyToJson(text);
  if (parsed.type === 'failure')
    return refuse(parsed.errors.map(({ message }) => message).join('; '));
  const { json } = parsed;
  const { id, advice, ...others } = json.annotations ?? {};
  if (id === undefined || !ID_RULE.test(id)) {
    const rule = 'must name the policy for the audit record, in letters, digits, - _ and .';
    return refuse(`@id("...") ${id === undefined ? 'is missing: it ' : ''}${rule}`);
  }
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    return refuse(`@${unknown} is not a supported annotation: use @id and @advice`);
  const { line } = positionOf(source.text, at);
  const policy = { id, advice, effect: json.effect, file: source.file, line, text, json };
  const never = findUnmatchable(json).map(({ value, message }) =>
    findingAt(source, at + Math.max(text.indexOf(value), 0), message),
  );
  // A forbid that never matches would allow what it is written to deny.
  return json.effect === 'forbid'
    ? { policies: [policy], findings: never, warnings: [] }
    : { policies: [policy], findings: [], warnings: never };
}

// Further errors that Cedar reports if a name in the head of a policy is unknown.
const CONSEQUENCE = /^unable to find an applicable action|^policy is impossible/;

function validate(cedar: Cedar, source: Source, schema: string): PolicyFinding[] {
  const result = cedar.validate({ schema, policies: { staticPolicies: source.text } });
  if (result.type === 'failure') return result.errors.map((error) => findingOfError(source, error));
  const errors = [...result.validationErrors, ...result.validationWarnings];
  const all = errors.map(({ error }) => findingOfError(source, error)).sort(byPlace);
  const causes = all.filter(({ message }) => !CONSEQUENCE.test(message));
  const findings = causes.length > 0 ? causes : all;
  // Cedar reports an error once for each action that the policy can apply to.
  const places = new Map(findings.map((finding) => [`${finding.line}:${finding.column}`, finding]));
  return [...places.values()];
}

function findDuplicates(policies: readonly CedarPolicy[]): PolicyFinding[] {
  const first = new Map<string, CedarPolicy>();
  return policies.flatMap((policy) => {
    const earlier = first.get(policy.id);
    if (earlier === undefined) {
      first.set(policy.id, policy);
      return [];
    }
    const { file, line, id } = policy;
    const message = `@id("${id}") is also in ${earlier.file}:${earlier.line}: it must be unique`;
    return [{ file, line, column: 1, message }];
  });
}
