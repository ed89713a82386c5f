import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { openCedar } from '../lib/access/cedar/engine.ts';
import { sealPolicies } from '../runtime/sealed-policies.ts';
import { queryProtocolOfSts, sdkVersionAlone } from './bundle/aws-sdk.ts';
import { esmOptions } from './esm-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * An ESM import of `node:http` reads the getter of `http.WebSocket`, which loads undici
 * (nodejs/node#59686). `process.getBuiltinModule` does not, and the bundle can still use top-level
 * await.
 */
const builtinsWithoutFacade: Plugin = {
  name: 'builtins-without-facade',
  setup({ onResolve, onLoad }) {
    const builtins = new Set(builtinModules);
    onResolve({ filter: /.*/ }, ({ path: name, kind }) => {
      const bare = name.replace(/^node:/, '');
      if (!name.startsWith('node:') && !builtins.has(bare)) return undefined;
      return { path: bare, namespace: kind === 'dynamic-import' ? 'builtin-namespace' : 'builtin' };
    });
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = ${getBuiltin(name)};`,
    }));
    // `await import()` returns a namespace, so its members must exist by name.
    onLoad({ filter: /.*/, namespace: 'builtin-namespace' }, ({ path: name }) => ({
      contents: `const builtin = ${getBuiltin(name)}; export default builtin; export const { ${membersOf(name).join(', ')} } = builtin;`,
    }));
  },
};

function getBuiltin(name: string): string {
  return `process.getBuiltinModule(${JSON.stringify(`node:${name}`)})`;
}

// Each of these getters of node:http loads undici.
const COSTLY = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);

function membersOf(name: string): string[] {
  return Object.keys(process.getBuiltinModule(`node:${name}`) ?? {}).filter(
    (member) => /^[a-z_$][\w$]*$/i.test(member) && member !== 'default' && !COSTLY.has(member),
  );
}

async function copyPolicies(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const files = (await readdir(from)).filter((name) => /\.cedar(schema)?$/.test(name));
  await Promise.all(files.map((name) => cp(path.join(from, name), path.join(to, name))));
}

/** Options for every bundle of a function: for Lambda, the local system and tests. */
export function functionBuildOptions(
  outdir: string,
  entry = 'functions/vend.ts',
): BuildOptions & { metafile: true } {
  return {
    entryPoints: { index: path.join(root, entry) },
    outdir,
    ...esmOptions,
    target: 'node24',
    sourcemap: 'external',
    metafile: true,
    // The SDK tests whether a body is one of these, which loads web streams. OAuth libraries test
    // whether they run in a browser.
    define: { ReadableStream: 'undefined', navigator: 'undefined' },
    inject: [path.join(root, 'runtime/fetch-shim.ts')],
    alias: {
      '@aws-sdk/credential-provider-node': path.join(root, 'runtime/environment-credentials.ts'),
    },
    plugins: [sdkVersionAlone, queryProtocolOfSts, builtinsWithoutFacade],
  };
}

/**
 * Writes `dist/function/`: index.mjs, its chunks, the policies and the Cedar engine. Source maps
 * are written beside it and not shipped.
 *
 * @returns metadata of the bundle, for the size budget and for tests
 */
export async function bundleFunction(
  outdir = path.join(root, 'dist/function'),
  entry = 'functions/vend.ts',
): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build(functionBuildOptions(outdir, entry));
  await copyPolicies(path.join(root, 'policies'), path.join(outdir, 'policies'));
  const wasm = 'cedar_wasm_bg.wasm';
  await cp(
    path.join(root, 'node_modules/@cedar-policy/cedar-wasm/web', wasm),
    path.join(outdir, wasm),
  );
  const directory = path.join(outdir, 'policies');
  const schemaFile = path.join(directory, 'token-vending.cedarschema');
  sealPolicies(openCedar(path.join(outdir, wasm)), { schemaFile, directory });
  return metafile;
}
