import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'postject';
import type { NodeBinary } from './node-binary.ts';

const run = promisify(execFile);
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * A single executable: Node with a script in it (Node's "single executable applications").
 *
 * > [!WARNING]
 * > On macOS it must be signed (`codesign --sign -`) before it runs: the signature of Node does not cover what was added.
 *
 * @param script CommonJS, everything in it
 */
export async function makeExecutable(script: string, node: NodeBinary): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sea'));
  try {
    const blob = await prepare(script, node.preparedBy, folder);
    const file = path.join(folder, path.basename(node.file));
    await writeFile(file, await readFile(node.file));
    await inject(file, 'NODE_SEA_BLOB', blob, { sentinelFuse: FUSE, machoSegmentName: 'NODE_SEA' });
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(script: string, node: string, folder: string): Promise<Buffer> {
  await writeFile(path.join(folder, 'main.js'), script);
  const config = {
    main: 'main.js',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    // Both are of the platform that prepares them.
    useCodeCache: false,
    useSnapshot: false,
    // Else NODE_OPTIONS of a user could break the provider, or open a port to debug it.
    execArgvExtension: 'none',
  };
  await writeFile(path.join(folder, 'sea.json'), JSON.stringify(config));
  await run(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder });
  return await readFile(path.join(folder, 'blob'));
}
