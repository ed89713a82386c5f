import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cedar, openCedar } from '../../lib/access/cedar/engine.ts';
import {
  type Inspection,
  inspectPolicies,
  readPolicySet,
} from '../../lib/access/cedar/inspect-policies.ts';
import { openCedarPolicy } from '../../lib/access/cedar/policy.ts';
import type { CedarPolicySet } from '../../lib/access/cedar/policy-files.ts';
import type { AccessPolicy } from '../../lib/access/policy.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { CommandError } from '../command-error.ts';

// The command runs from its sources (cli/policy/) and from its bundle (dist/cli/chunks/): the package is where its
// package.json is.
const require = createRequire(import.meta.url);
const ENGINE = '../web/cedar_wasm_bg.wasm';

export interface OpenedPolicies {
  readonly set: CedarPolicySet;
  readonly policy: AccessPolicy;
}

/**
 * Opens the policies of a directory for offline evaluation.
 *
 * @throws CommandError (exit 9) listing each error
 */
export function openPolicies(directory: string): OpenedPolicies {
  const cedar = engine();
  try {
    const set = readPolicySet(cedar, { schemaFile: schemaFile(), directory });
    return { set, policy: openCedarPolicy(cedar, set) };
  } catch (error) {
    if (error instanceof VendError) throw new CommandError(9, error.message);
    throw error;
  }
}

/**
 * The policies of a directory as far as they can be read, and their errors.
 *
 * @throws CommandError (exit 2) if the directory cannot be read
 */
export function inspectDirectory(directory: string): Inspection {
  try {
    return inspectPolicies(engine(), { schemaFile: schemaFile(), directory });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError(
      2,
      `${directory} cannot be read (${code}): name the directory of the *.cedar files.`,
    );
  }
}

function engine(): Cedar {
  const entry = require.resolve('@cedar-policy/cedar-wasm/nodejs');
  return openCedar(path.join(path.dirname(entry), ENGINE));
}

function schemaFile(): string {
  return path.join(packageRoot(), 'policies/token-vending.cedarschema');
}

function packageRoot(): string {
  const here = fileURLToPath(import.meta.url);
  const at = here.lastIndexOf(`${path.sep}dist${path.sep}cli${path.sep}`);
  return at >= 0 ? here.slice(0, at) : path.resolve(path.dirname(here), '../..');
}
