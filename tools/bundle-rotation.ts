import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { functionBuildOptions } from './bundle-function.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes `dist/rotate/index.mjs`, with the options of the function. */
export async function bundleRotation(outdir = path.join(root, 'dist/rotate')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await build(functionBuildOptions(outdir, 'functions/rotate.ts'));
}
