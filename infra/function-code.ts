import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { openCedar } from '../lib/access/cedar/engine.ts';
import { readPolicySet } from '../lib/access/cedar/inspect-policies.ts';
import { openProfiles, profileFiles } from '../lib/credential/profile-files.ts';
import { shipped } from '../profiles/shipped.ts';
import { SEAL, sealPolicies } from '../runtime/sealed-policies.ts';
import { ConfigurationError } from './configuration-error.ts';

/** What a deployment adds to the bundle. */
export interface OwnFiles {
  /** Directory of access policies that replace those of the bundle. */
  readonly policies?: string | undefined;
  /** Directory of server profiles besides the shipped ones. */
  readonly profiles?: string | undefined;
}

/**
 * The code asset: the bundle that the local system runs, without its source maps.
 *
 * @param bundle directory that the build writes
 * @throws ConfigurationError if there is no bundle, with file, line and rule if a policy does not
 *   validate, or with file, member and rule if a server profile does not
 */
export function functionCode(bundle: string, { policies, profiles }: OwnFiles = {}): AssetCode {
  if (!existsSync(path.join(bundle, 'index.mjs'))) {
    throw new ConfigurationError(`${bundle}: holds no bundle; run \`npm run build\` first.`);
  }
  if (policies !== undefined) validatePolicies(bundle, policies);
  if (profiles !== undefined)
    orConfigurationError(() => openProfiles(shipped, profiles, { allowLoopbackHttp: false }));
  return Code.fromAsset(bundle, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling always succeeds or throws.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle(output) {
          copyBundle(bundle, output, policies === undefined);
          if (policies !== undefined) copyPolicies(policies, output);
          if (profiles !== undefined) copyProfiles(profiles, output);
          return true;
        },
      },
    },
  });
}

function validatePolicies(bundle: string, directory: string): void {
  const schemaFile = path.join(bundle, 'policies/token-vending.cedarschema');
  const cedar = openCedar(path.join(bundle, 'cedar_wasm_bg.wasm'));
  orConfigurationError(() => readPolicySet(cedar, { schemaFile, directory }));
}

function orConfigurationError(check: () => unknown): void {
  try {
    check();
  } catch (cause) {
    throw new ConfigurationError((cause as Error).message, { cause });
  }
}

function copyBundle(from: string, to: string, withPolicies: boolean): void {
  const wanted = (file: string) =>
    !file.endsWith('.map') && (withPolicies || !(file.endsWith('.cedar') || file.endsWith(SEAL)));
  cpSync(from, to, { recursive: true, filter: wanted });
}

// As at run time, policies in subfolders are not in force.
function copyPolicies(from: string, output: string): void {
  const directory = path.join(output, 'policies');
  for (const file of readdirSync(from).filter((name) => name.endsWith('.cedar'))) {
    cpSync(path.join(from, file), path.join(directory, file));
  }
  const schemaFile = path.join(directory, 'token-vending.cedarschema');
  sealPolicies(openCedar(path.join(output, 'cedar_wasm_bg.wasm')), { schemaFile, directory });
}

function copyProfiles(from: string, output: string): void {
  const directory = path.join(output, 'profiles');
  for (const file of profileFiles(from)) cpSync(path.join(from, file), path.join(directory, file));
}
