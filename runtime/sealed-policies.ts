import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Cedar } from '../lib/access/cedar/engine.ts';
import {
  type CedarPolicy,
  type CedarPolicySet,
  digestSources,
  type PolicyFiles,
  readPolicySet,
  readSources,
} from '../lib/access/cedar/policy-files.ts';

/** Stands beside the policies of a bundle. */
export const SEAL = 'sealed.json';

/** What parsing and validating found out, and for which bytes and which engine it holds. */
interface Sealed {
  readonly engine: string;
  /** As {@link CedarPolicySet.version}. */
  readonly version: string;
  /** Each policy without its text, which stays in its file: from `start`, before `end`. */
  readonly policies: readonly (Omit<CedarPolicy, 'text'> & { start: number; end: number })[];
}

/**
 * Validates the policies of a bundle and writes beside them that this was done: at start it would cost 175 ms of every
 * cold start, two thirds of all that Cedar takes.
 *
 * @param files its directory is written to
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
 * @returns `undefined` where they were not, or where schema, policies or engine are others than the sealed ones: then they
 *   must be validated
 */
export function findSealedPolicySet(
  cedar: Cedar,
  { schemaFile, directory }: PolicyFiles,
): CedarPolicySet | undefined {
  const sealed = readSeal(directory);
  if (sealed === undefined || sealed.engine !== cedar.getCedarVersion()) return undefined;
  const schema = readFileSync(schemaFile, 'utf8');
  const sources = readSources(directory);
  if (digestSources(schema, sources) !== sealed.version) return undefined;
  const texts = new Map(sources.map(({ file, text }) => [file, text]));
  const policies = sealed.policies.map(({ start, end, ...policy }) => ({
    ...policy,
    advice: policy.advice,
    text: (texts.get(policy.file) as string).slice(start, end),
  }));
  return { schema, policies, version: sealed.version };
}

// Ours: written by the build, beside the code that reads it.
function readSeal(directory: string): Sealed | undefined {
  try {
    return JSON.parse(readFileSync(path.join(directory, SEAL), 'utf8'));
  } catch {
    return undefined;
  }
}
