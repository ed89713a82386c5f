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
    const atStart = staticFiles(metafile, '/index.mjs');
    // What such an assertion loads beyond the start.
    const later = (signer: string) => {
      const entries = ['/chunks/aws-assertions-', `/chunks/${signer}-`];
      const files = new Set(entries.flatMap((entry) => [...staticFiles(metafile, entry)]));
      return kilobytes([...files].filter((file) => !atStart.has(file)));
    };
    const inputs = scripts.flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
    const packages = new Set(inputs.flatMap((file) => packageOf(file) ?? []));
    return {
      group: 'bundle',
      title: 'The bundle, minified, beside the 4.3 MB of Cedar',
      figures: [
        exactly('all', 'all of it', 'KB', kilobytes(scripts)),
        exactly('at-start', 'parsed at start, by static import', 'KB', kilobytes(atStart)),
        exactly('kms', 'for the first assertion that AWS KMS signs', 'KB', later('kms-signer')),
        exactly('sts', 'for the first assertion of AWS STS', 'KB', later('web-identity')),
        exactly('packages', 'packages in it', 'count', packages.size),
      ],
      notes: [],
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A file, found by a part of its name, and whatever it imports without being asked. */
function staticFiles({ outputs }: Metafile, name: string): Set<string> {
  const entry = Object.keys(outputs).find((file) => file.endsWith('.mjs') && file.includes(name));
  if (entry === undefined) throw new Error(`the bundle has no ${name}`);
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
