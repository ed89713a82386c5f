import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export interface PackedFile {
  /** From the root of the package. */
  readonly path: string;
  readonly text: string;
}

/** A project in another directory with the installed tarball. */
export interface InstalledPackage {
  readonly project: string;
  /** `node_modules/token-vending` of the project. */
  readonly folder: string;
  readonly manifest: {
    readonly bin: Readonly<Record<string, string>>;
    readonly dependencies: Readonly<Record<string, string>>;
    readonly optionalDependencies?: unknown;
  };
  readonly files: readonly PackedFile[];
  /** In bytes. */
  readonly unpackedSize: number;
  remove(): Promise<void>;
}

/**
 * Packs the built repository and installs the tarball, with only the dependencies that its manifest
 * names.
 */
export async function installPackedTarball(): Promise<InstalledPackage> {
  const project = await mkdtemp(path.join(tmpdir(), 'token-vending-installed-'));
  const folder = path.join(project, 'node_modules/token-vending');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(project, 'package.json'), '{ "type": "module" }');
  const args = ['pack', '--json', '--offline', '--pack-destination', project];
  const { stdout } = await run('npm', args, { cwd: root });
  const [packed] = JSON.parse(stdout);
  const tarball = path.join(project, packed.filename);
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components', '1']);
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  await linkDependencies(project, Object.keys(manifest.dependencies));
  const names: string[] = packed.files.map((file: { path: string }) => file.path);
  return {
    project,
    folder,
    manifest,
    files: await Promise.all(
      names.map(async (name) => ({
        path: name,
        text: await readFile(path.join(folder, name), 'utf8'),
      })),
    ),
    unpackedSize: packed.unpackedSize,
    remove: () => rm(project, { recursive: true }),
  };
}

async function linkDependencies(project: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const link = path.join(project, 'node_modules', name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(root, 'node_modules', name), link);
  }
}
