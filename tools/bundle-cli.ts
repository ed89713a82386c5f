import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esmOptions, REQUIRE_BANNER } from './esm-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes `dist/cli/token-vending.mjs` and its chunks. The AWS credential chain is a chunk, so only
 * commands that use it load it.
 */
export async function bundleCli(outdir = path.join(root, 'dist/cli')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { 'token-vending': path.join(root, 'cli/token-vending.ts') },
    outdir,
    ...esmOptions,
    target: 'node20',
    inject: [path.join(root, 'tools/bundle/node-20.ts')],
    banner: { js: `#!/usr/bin/env node\n${REQUIRE_BANNER}` },
  });
  await chmod(path.join(outdir, 'token-vending.mjs'), 0o755);
}
