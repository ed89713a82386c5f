import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { esmOptions, REQUIRE_BANNER } from './esm-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Writes `dist/action/`: a whole repository for workflows of GitHub. Nothing is installed when it
 * runs.
 */
export async function bundleAction(outdir = path.join(root, 'dist/action')): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: {
      main: path.join(root, 'action/main.ts'),
      post: path.join(root, 'action/post.ts'),
    },
    outdir,
    ...esmOptions,
    target: 'node24',
    banner: { js: REQUIRE_BANNER },
  });
  for (const file of ['action/action.yml', 'action/README.md', 'LICENSE'])
    await cp(path.join(root, file), path.join(outdir, path.basename(file)));
}
