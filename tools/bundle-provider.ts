import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const SHEBANG = '#!/usr/bin/env node\n';

/** The text of `package.json` beside a bundle: it has no extension, so a project of ES modules around it would else make it one. */
export const COMMONJS_PACKAGE = '{"type":"commonjs"}\n';

export interface BundleProviderOptions {
  /** The provider's type: `tokenvending`. */
  readonly name: string;
  /** The file that serves it; `provider/<name>/main.ts` unless it says otherwise. */
  readonly entry?: string;
  readonly outdir?: string;
}

/** What both kinds of packages of a provider are made of. */
export interface ProviderBundle {
  readonly name: string;
  /** A file that may be executed where Node is on the PATH. */
  readonly file: string;
  /** The same without its first line, for Node to embed. */
  readonly script: string;
  /** Files that went in, relative to the repository. */
  readonly inputs: readonly string[];
}

/** A quarter of the bundle, which @grpc/grpc-js asks for only where channelz or ORCA are used: not in a plugin. */
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
 * CommonJS, because `require('node:http')` leaves the getters alone that load undici (nodejs/node#59686), and because single
 * executables take nothing else. One file, because Terraform may find no second one with its prefix.
 */
function buildOptions(entry: string): BuildOptions & { metafile: true; write: false } {
  return {
    entryPoints: [entry],
    // Paths of inputs stand in the output: the same wherever the repository is, and however its modules are linked.
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
    // Names of functions and classes stand in crash reports.
    minifyIdentifiers: false,
    legalComments: 'none',
    logLevel: 'warning',
    // An executable has no files to import: what is needed later is in the bundle, evaluated when it is first asked for.
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

/** Bundles every provider that there is: each folder of `provider/` with a `main.ts`. */
export async function bundleProviders(
  outdir = path.join(root, 'dist/provider'),
): Promise<ProviderBundle[]> {
  await rm(outdir, { recursive: true, force: true });
  const folders = await readdir(path.join(root, 'provider'));
  const names = folders.filter((name) => existsSync(mainOf(name)));
  return await Promise.all(names.map((name) => bundleProvider({ name, outdir })));
}

/** The version that packages carry: the one of this repository. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(path.join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function mainOf(name: string): string {
  return path.join(root, 'provider', name, 'main.ts');
}
