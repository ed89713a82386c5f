import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { esmOptions } from './esm-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes `dist/client/`, which `import ... from 'token-vending'` loads: `index.mjs`, and its type
 * declarations in `types/`.
 *
 * @throws Error if the declarations do not compile, with the errors of the compiler
 */
export async function bundleClient(outdir = path.join(root, 'dist/client')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await Promise.all([bundleModule(outdir), writeDeclarations(path.join(outdir, 'types'))]);
}

async function bundleModule(outdir: string): Promise<void> {
  await build({
    entryPoints: { index: path.join(root, 'client/index.ts') },
    outdir,
    ...esmOptions,
    // The dependencies are installed with the package, and other packages may share them.
    packages: 'external',
    // Names stay readable in stack traces and debuggers of other programs.
    minify: false,
    target: 'node20',
    // A library must not change the globals of its host, so these replace the globals that Node.js
    // 20 lacks.
    inject: [path.join(root, 'tools/bundle/later-builtins.ts')],
    define: { 'Promise.withResolvers': 'withResolvers', 'URL.parse': 'parseUrl' },
  });
}

async function writeDeclarations(outdir: string): Promise<void> {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const project = path.join(root, 'tools/bundle/client-declarations.json');
  const args = [tsc, '--project', project, '--outDir', outdir];
  await promisify(execFile)(process.execPath, args).catch((error) => {
    throw new Error(`the declarations of the client do not compile:\n${error.stdout}`);
  });
}
