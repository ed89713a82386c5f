import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from './bundle-function.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Writes `dist/registry/`: index.mjs, its chunks, the policies and the Cedar engine, as of the function. */
export async function bundleRegistry(outdir = path.join(root, 'dist/registry')): Promise<void> {
  await bundleFunction(outdir, 'functions/registry.ts');
}
