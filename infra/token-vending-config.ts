import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parse } from 'yaml';
import { configSchema, type TokenVendingConfig } from './config-schema.ts';
import { ConfigurationError } from './configuration-error.ts';

// What to do about a key that former versions had.
const REMOVED: Readonly<Record<string, string>> = {
  teams:
    'is no key of this file any more, because the template has no secrets; remove it, and register credentials with `token-vending credentials put` or use the construct Credential. If this deployment has secrets that it made for teams, first follow "Secrets of a former deployment" in docs/deploy.md, or they lose their resource policies',
  rotationRole:
    'is no key of this file any more; remove it, and set `rotation` of the credentials (docs/rotation.md), or give the role to the construct Credential',
};

/**
 * Reads the text of `token-vending.config.yaml`; unknown and repeated keys are errors.
 *
 * @param file its name for messages
 * @throws {@link ConfigurationError} with key, rule and remedy of each error
 */
export function parseTokenVendingConfig(text: string, file: string): TokenVendingConfig {
  const result = v.safeParse(configSchema, parseYaml(text, file), { abortPipeEarly: true });
  if (result.success) return result.output;
  throw new ConfigurationError(
    result.issues.map((issue) => `${file}: ${describeIssue(issue)}.`).join('\n'),
  );
}

/**
 * @param file path of the configuration
 * @throws {@link ConfigurationError} as {@link parseTokenVendingConfig}, and if there is no such
 *   file
 */
export function readTokenVendingConfig(file: string): TokenVendingConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigurationError(
      `${file}: cannot be read; copy token-vending.config.example.yaml there and adapt it, or name another file with -c config=<file>.`,
    );
  }
  return parseTokenVendingConfig(text, file);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [firstLine] = (error as Error).message.split('\n');
    throw new ConfigurationError(`${file}: is not YAML: ${firstLine}`);
  }
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue) ?? 'the file';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return `${key} ${REMOVED[key] ?? 'is not a key of this file; remove it or correct its name'}`;
  }
  if (issue.type === 'strict_object' && issue.received === 'undefined') {
    return `${key} is missing; add it, as token-vending.config.example.yaml shows`;
  }
  return `${key} ${issue.message}`;
}
