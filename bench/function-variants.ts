// The functions whose cold starts are compared, each bundled as the real one is, or deliberately not.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { sealPolicies } from '../runtime/sealed-policies.ts';
import { bundleFunction, functionBuildOptions } from '../tools/bundle-function.ts';
import { cedar } from './bench-vending.ts';
import { policyText } from './policy-text.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const POLICIES = 20;

/** Directories that hold an `index.mjs` each. */
export interface FunctionVariants {
  readonly directories: Readonly<Record<Variant, string>>;
  /** Twenty policies of one team each. */
  readonly policies: string;
}

export type Variant = 'empty' | 'ours' | 'withoutCedar' | 'lazy' | 'careless';

// Everybody may have everything; what is left is the function without its policy engine.
const withoutCedar: Plugin = {
  name: 'without-cedar',
  setup({ onResolve }) {
    const cedarFiles = /\/(access\/cedar\/(engine|inspect-policies|policy)|sealed-policies)\.ts$/;
    onResolve({ filter: cedarFiles }, () => ({ path: path.join(here, 'variants/allow-all.ts') }));
    // A file that has moved would be measured with Cedar, as if without.
    onResolve({ filter: /^@cedar-policy\// }, ({ importer }) => ({
      errors: [{ text: `${importer} brings Cedar into the bundle without it` }],
    }));
  },
};

/** What most functions do: the SDK and its credential chain whole, the global fetch, builtins through ESM. */
function carelessOptions(outdir: string): BuildOptions {
  const {
    define: _,
    inject: __,
    alias: ___,
    plugins: ____,
    ...others
  } = functionBuildOptions(outdir, 'bench/variants/careless.ts');
  // CommonJS dependencies ask for builtins by `require`, which ESM output does not have.
  const banner = {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  };
  return { ...others, splitting: false, mainFields: ['main', 'module'], banner };
}

/** Bundles each of them into `directory`. */
export async function buildVariants(directory: string): Promise<FunctionVariants> {
  const names: readonly Variant[] = ['empty', 'ours', 'withoutCedar', 'lazy', 'careless'];
  const directories = Object.fromEntries(
    names.map((name) => [name, path.join(directory, name)]),
  ) as FunctionVariants['directories'];
  for (const name of ['ours', 'withoutCedar', 'lazy', 'careless'] as const)
    await bundleFunction(directories[name]);
  const slim = functionBuildOptions(directories.withoutCedar);
  await build({ ...slim, plugins: [withoutCedar, ...(slim.plugins ?? [])] });
  await build(functionBuildOptions(directories.lazy, 'bench/variants/lazy.ts'));
  await build(carelessOptions(directories.careless));
  await mkdir(directories.empty);
  await writeFile(
    path.join(directories.empty, 'index.mjs'),
    'export const handler = async () => ({ statusCode: 200, headers: {}, body: "{}" });\n',
  );
  return { directories, policies: await writePolicies(directory) };
}

/** Writes the policies of the benchmarks and returns their directory. */
export async function writePolicies(directory: string): Promise<string> {
  const folder = path.join(directory, 'policies');
  await mkdir(folder);
  const text = Array.from({ length: POLICIES }, (_, index) => policyText(index)).join('\n');
  await writeFile(path.join(folder, 'bench.cedar'), text);
  const schemaFile = fileURLToPath(
    new URL('../policies/token-vending.cedarschema', import.meta.url),
  );
  // As deploying them does.
  sealPolicies(cedar, { schemaFile, directory: folder });
  return folder;
}
