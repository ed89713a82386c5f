import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';

/** One policy, and its place in a file. */
export interface CedarPolicy {
  /** Its `@id`. */
  readonly id: string;
  /** Its `@advice`: what a caller that it denies can do. */
  readonly advice: string | undefined;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly json: PolicyJson;
}

export interface CedarPolicySet {
  readonly schema: string;
  readonly policies: readonly CedarPolicy[];
  /** SHA-256 (hex) of the schema, every policy file by name, and every policy that is in force. */
  readonly version: string;
}

/** Where the policies and their schema are. */
export interface PolicyFiles {
  /** The schema of this version of the function. */
  readonly schemaFile: string;
  /** Every `*.cedar` file in it is in force. Files in subfolders are not. */
  readonly directory: string;
}

/** A policy or schema file. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export const SCHEMA_SUFFIX = '.cedarschema';
export const POLICY_SUFFIX = '.cedar';

/**
 * Every policy and schema file of a directory, by name.
 *
 * @throws Error of node:fs if the directory or a file cannot be read
 */
export function readSources(directory: string): Source[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(POLICY_SUFFIX) || file.endsWith(SCHEMA_SUFFIX))
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(directory, file), 'utf8') }));
}

/**
 * The version of a policy set: SHA-256 (hex) of the schema, of every policy file, and of every policy
 * that decides. A policy that is missing among those that decide, although its file is there, changes
 * the version.
 */
export function digestPolicySet(
  schema: string,
  sources: readonly Source[],
  policies: readonly CedarPolicy[],
): string {
  const files = sources.filter(({ file }) => file.endsWith(POLICY_SUFFIX));
  const parts = [
    ['schema', schema],
    ...files.map(({ file, text }) => [file, text]),
    ...policies.map(({ id, advice, effect, text, json }) => [id, advice, effect, text, json]),
  ];
  return hash('sha256', JSON.stringify(parts), 'hex');
}
