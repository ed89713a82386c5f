import { cpSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { openCedar } from '../lib/access/cedar/engine.ts';
import { readPolicySet } from '../lib/access/cedar/inspect-policies.ts';
import { SEAL, sealPolicies } from '../runtime/sealed-policies.ts';
import { ConfigurationError } from './configuration-error.ts';

/**
 * The code asset: the bundle that the local system runs, without its source maps.
 *
 * @param bundle directory that the build writes
 * @param policies directory of access policies that replace those of the bundle
 * @throws ConfigurationError if there is no bundle, or with file, line and rule if a policy does
 *   not validate
 */
export function functionCode(bundle: string, policies: string | undefined): AssetCode {
  if (!existsSync(path.join(bundle, 'index.mjs'))) {
    throw new ConfigurationError(`${bundle}: holds no bundle; run \`npm run build\` first.`);
  }
  if (policies !== undefined) validate(bundle, policies);
  return Code.fromAsset(bundle, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling always succeeds or throws.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle(output) {
          copyBundle(bundle, output, policies === undefined);
          if (policies !== undefined) copyPolicies(policies, output);
          return true;
        },
      },
    },
  });
}

function validate(bundle: string, directory: string): void {
  const schemaFile = path.join(bundle, 'policies/token-vending.cedarschema');
  const cedar = openCedar(path.join(bundle, 'cedar_wasm_bg.wasm'));
  try {
    readPolicySet(cedar, { schemaFile, directory });
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
