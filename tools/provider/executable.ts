import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { NodeBinary } from './node-binary.ts';

const run = promisify(execFile);
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Makes a single executable: Node.js with an embedded script ("single executable applications").
 *
 * > [!WARNING]
 * > macOS on arm64 kills unsigned programs. The signature of Node.js does not cover the script, and
 * > only a Mac can sign the executable.
 *
 * @param script CommonJS without imports of files
 */
export async function makeExecutable(script: string, node: NodeBinary): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sea'));
  try {
    const blob = await prepare(script, node.preparedBy, folder);
    const file = path.join(folder, path.basename(node.file));
    await writeFile(file, await readFile(node.file));
    // This runs in its own process, because it prints a warning for every Node.js binary and keeps
    // half a gigabyte.
    const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
    const names = ['--sentinel-fuse', FUSE, '--macho-segment-name', 'NODE_SEA'];
    if (canSign(node)) await run('codesign', ['--remove-signature', file]);
    await run(process.execPath, [postject, file, 'NODE_SEA_BLOB', blob, ...names]);
    if (canSign(node)) await run('codesign', ['--sign', '-', file]);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function canSign({ platform }: NodeBinary): boolean {
  return platform.os === 'darwin' && process.platform === 'darwin';
}

async function prepare(script: string, node: string, folder: string): Promise<string> {
  await writeFile(path.join(folder, 'main.js'), script);
  const config = {
    main: 'main.js',
    output: 'blob',
    disableExperimentalSEAWarning: true,
    // Both depend on the platform that prepares them.
    useCodeCache: false,
    useSnapshot: false,
    // Otherwise NODE_OPTIONS of a user could break the provider, or open a port for debuggers.
    execArgvExtension: 'none',
  };
  await writeFile(path.join(folder, 'sea.json'), JSON.stringify(config));
  await run(node, ['--experimental-sea-config', 'sea.json'], { cwd: folder });
  return path.join(folder, 'blob');
}
