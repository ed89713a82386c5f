import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes `dist/cli/token-vending.mjs` and its chunks: the AWS credential chain is parsed only by who needs it. */
export async function bundleCli(outdir = path.join(root, 'dist/cli')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { 'token-vending': path.join(root, 'cli/token-vending.ts') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: {
      // Some packages still call require() for builtins.
      js: '#!/usr/bin/env node\nimport{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
  });
  await chmod(path.join(outdir, 'token-vending.mjs'), 0o755);
}
