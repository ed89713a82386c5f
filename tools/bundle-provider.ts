import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const SHEBANG = '#!/usr/bin/env node\n';

/**
 * The `package.json` beside a bundle. The bundle has no extension, so in a project of ES modules
 * Node.js would otherwise load it as one.
 */
export const COMMONJS_PACKAGE = '{"type":"commonjs"}\n';

export interface BundleProviderOptions {
  /** Type of the provider: `tokenvending`. */
  readonly name: string;
  /** The file that serves the provider. Default: `provider/<name>/main.ts`. */
  readonly entry?: string;
  readonly outdir?: string;
}

/** The parts of both kinds of packages of a provider. */
export interface ProviderBundle {
  readonly name: string;
  /** A file that can be executed if Node.js is on the PATH. */
  readonly file: string;
  /** The same without its first line, for embedding in Node.js. */
  readonly script: string;
  /** Source files of the bundle, relative to the repository. */
  readonly inputs: readonly string[];
}

/**
 * A quarter of the bundle, which @grpc/grpc-js loads only for channelz and ORCA. A plugin uses
 * neither.
 */
const withoutProtoLoader: Plugin = {
  name: 'without-proto-loader',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path: name }) => ({
      path: name,
      namespace: 'left-out',
    }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * The format is CommonJS, because `require('node:http')` does not call the getters that load undici
 * (nodejs/node#59686), and because single executables accept nothing else. It is one file, because
 * Terraform must find no second file with its prefix.
 */
function buildOptions(entry: string): BuildOptions & { metafile: true; write: false } {
  return {
    entryPoints: [entry],
    // The output contains paths of inputs. They must be the same wherever the repository is, and
    // however its modules are linked.
    absWorkingDir: root,
    preserveSymlinks: true,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    inject: [path.join(root, 'tools/bundle/node-20.ts')],
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    // Crash reports contain names of functions and classes.
    minifyIdentifiers: false,
    legalComments: 'none',
    logLevel: 'warning',
    // An executable has no files to import. The bundle contains modules that are imported later,
    // and evaluates them on import.
    supported: { 'dynamic-import': false },
    plugins: [withoutProtoLoader],
    metafile: true,
    write: false,
  };
}

/** Writes `dist/provider/terraform-provider-<name>`. */
export async function bundleProvider(options: BundleProviderOptions): Promise<ProviderBundle> {
  const { name, entry = mainOf(name), outdir = path.join(root, 'dist/provider') } = options;
  const { outputFiles, metafile } = await build(buildOptions(entry));
  const script = outputFiles[0]?.text ?? '';
  const file = path.join(outdir, `terraform-provider-${name}`);
  await mkdir(outdir, { recursive: true });
  await writeFile(path.join(outdir, 'package.json'), COMMONJS_PACKAGE);
  await writeFile(file, SHEBANG + script);
  await chmod(file, 0o755);
  return { name, file, script, inputs: Object.keys(metafile.inputs) };
}

/** Bundles every provider: each folder of `provider/` with a `main.ts`. */
export async function bundleProviders(
  outdir = path.join(root, 'dist/provider'),
): Promise<ProviderBundle[]> {
  await rm(outdir, { recursive: true, force: true });
  const folders = await readdir(path.join(root, 'provider'));
  const names = folders.filter((name) => existsSync(mainOf(name)));
  return await Promise.all(names.map((name) => bundleProvider({ name, outdir })));
}

/** The version of packages, which is that of this repository. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function mainOf(name: string): string {
  return path.join(root, 'provider', name, 'main.ts');
}
