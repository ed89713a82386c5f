// The size of what is deployed: no clock, so any growth shows at once, on any machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { functionBuildOptions } from '../tools/bundle-function.ts';
import { exactly, type GroupOptions, type GroupResult } from './figure.ts';

/** Minified JavaScript beside Cedar's WebAssembly, and how much of it is parsed before anything is asked. */
export async function benchBundle({ drill }: GroupOptions): Promise<GroupResult> {
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-bundle-'));
  try {
    const entry = drill === 'eager-import' ? 'bench/variants/eager-import.ts' : undefined;
    const { metafile } = await build(functionBuildOptions(directory, entry));
    const kilobytes = (files: Iterable<string>) =>
      [...files].reduce((sum, file) => sum + (metafile.outputs[file]?.bytes ?? 0), 0) / 1e3;
    const scripts = Object.keys(metafile.outputs).filter((file) => file.endsWith('.mjs'));
    const inputs = scripts.flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
    const packages = new Set(inputs.flatMap((file) => packageOf(file) ?? []));
    return {
      group: 'bundle',
      title: 'The bundle, minified, beside the 4.3 MB of Cedar',
      figures: [
        exactly('all', 'all of it', 'KB', kilobytes(scripts)),
        exactly(
          'at-start',
          'parsed at start, by static import',
          'KB',
          kilobytes(staticFiles(metafile)),
        ),
        exactly('packages', 'packages in it', 'count', packages.size),
      ],
      notes: [],
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** The entry point and whatever it imports without being asked. */
function staticFiles({ outputs }: Metafile): Set<string> {
  const entry = Object.keys(outputs).find((file) => file.endsWith('/index.mjs'));
  if (entry === undefined) throw new Error('the bundle has no index.mjs');
  const files = new Set([entry]);
  // A set that grows while it is read: what is added is read as well.
  for (const file of files) {
    for (const { path: imported, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement') files.add(imported);
    }
  }
  return files;
}

function packageOf(file: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}
