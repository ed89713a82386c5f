import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cedar } from '../lib/access/cedar/engine.ts';
import { readPolicySet } from '../lib/access/cedar/inspect-policies.ts';
import {
  type CedarPolicy,
  type CedarPolicySet,
  digestPolicySet,
  type PolicyFiles,
  readSources,
} from '../lib/access/cedar/policy-files.ts';

/** Name of the file beside the policies of a bundle. */
export const SEAL = 'sealed.json';

/** The parsed policies, and the bytes and the engine that they were validated with. */
interface Sealed {
  readonly engine: string;
  /** As {@link CedarPolicySet.version}. */
  readonly version: string;
  /** Each policy without its text, which is in its file from `start` to before `end`. */
  readonly policies: readonly (Omit<CedarPolicy, 'text'> & { start: number; end: number })[];
}

/**
 * Validates the policies of a bundle and writes the result beside them. Validation at start would take
 * 175 ms of every cold start, two thirds of what Cedar takes.
 *
 * @param files the seal is written to its directory
 * @throws VendError `config_invalid` as {@link readPolicySet}
 */
export function sealPolicies(cedar: Cedar, files: PolicyFiles): void {
  const { policies, version } = readPolicySet(cedar, files);
  const texts = new Map(readSources(files.directory).map(({ file, text }) => [file, text]));
  const sealed: Sealed = {
    engine: cedar.getCedarVersion(),
    version,
    policies: policies.map(({ text, ...policy }) => {
      // A policy carries its unique @id, so its text stands once.
      const start = (texts.get(policy.file) as string).indexOf(text);
      return { ...policy, start, end: start + text.length };
    }),
  };
  writeFileSync(path.join(files.directory, SEAL), JSON.stringify(sealed));
}

/**
 * The policies of a directory as they were sealed.
 *
 * @returns `undefined` if there is no seal, if the seal was changed, or if schema, policies or engine
 *   differ from the sealed ones: then the policies must be validated
 */
export function findSealedPolicySet(
  cedar: Cedar,
  { schemaFile, directory }: PolicyFiles,
): CedarPolicySet | undefined {
  const sealed = readSeal(directory);
  if (sealed === undefined || sealed.engine !== cedar.getCedarVersion()) return undefined;
  const schema = readFileSync(schemaFile, 'utf8');
  const sources = readSources(directory);
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const policies = sealed.policies.map(({ start, end, ...policy }) => ({
    ...policy,
    advice: policy.advice,
    text: texts.get(policy.file)?.slice(start, end) ?? '',
  }));
  // Of what decides, not only of the files: else a seal without a forbid would have their version.
  const version = digestPolicySet(schema, sources, policies);
  return version === sealed.version ? { schema, policies, version } : undefined;
}

// Trusted: the build writes it beside the code that reads it.
function readSeal(directory: string): Sealed | undefined {
  try {
    return JSON.parse(readFileSync(path.join(directory, SEAL), 'utf8'));
  } catch {
    return undefined;
  }
}
