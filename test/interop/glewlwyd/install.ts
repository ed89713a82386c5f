import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { InstallRow } from '../../../tools/interop/install-row.ts';
import { isOnPath, run } from '../../../tools/interop/programs.ts';

export const VERSION = '2.7.5';
const directory = fileURLToPath(new URL(`../../../interop/glewlwyd-${VERSION}/`, import.meta.url));
const packages = path.join(directory, 'packages');
/** Where the packages are unpacked, as they would be in `/`. */
export const ROOT = path.join(directory, 'root');
export const GLEWLWYD = path.join(ROOT, 'usr/bin/glewlwyd');

// Lists and packages below this directory, so that the system stays as it is and no root is needed.
const apt = [
  ['Dir::State::lists', path.join(directory, 'lists')],
  ['Dir::Cache', path.join(directory, 'cache')],
].flatMap(([name, value]) => ['-o', `${name}=${value}`]);

/** Glewlwyd and the libraries that this machine lacks, from Debian's packages. apt verifies them. */
export const installation: InstallRow = {
  name: `Glewlwyd ${VERSION}`,
  isInstalled: () => existsSync(ROOT),
  missing: () => [
    // Other releases of Debian have other versions.
    ...(isDebian12() ? [] : ['Debian 12']),
    ...['apt-get', 'dpkg'].filter((program) => !isOnPath(program)),
  ],
  async install() {
    rmSync(directory, { recursive: true, force: true });
    for (const folder of ['lists/partial', 'cache/archives/partial', 'packages'])
      mkdirSync(path.join(directory, folder), { recursive: true });
    const logFile = path.join(directory, 'install.log');
    await run('apt-get', [...apt, 'update'], { logFile });
    await run('apt-get', [...apt, 'download', ...packagesToUnpack()], { cwd: packages, logFile });
    const incomplete = `${ROOT}.incomplete`;
    for (const file of readdirSync(packages))
      await run('dpkg', ['--extract', path.join(packages, file), incomplete], { logFile });
    for (const folder of ['lists', 'cache', 'packages'])
      rmSync(path.join(directory, folder), { recursive: true });
    renameSync(incomplete, ROOT);
  },
};

function isDebian12(): boolean {
  const file = '/etc/os-release';
  return existsSync(file) && /^VERSION_CODENAME=bookworm$/m.test(readFileSync(file, 'utf8'));
}

/** `NAME=VERSION` of each package that an installation would unpack, by a simulation. */
function packagesToUnpack(): string[] {
  const options = ['--simulate', '--no-install-recommends', '--reinstall'];
  // The second package is the smallest of those of which Glewlwyd needs one.
  const wanted = [`glewlwyd=${VERSION}*`, 'dbconfig-no-thanks'];
  const plan = execFileSync('apt-get', [...apt, ...options, 'install', ...wanted], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return [...plan.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)].map(
    ([, name, version]) => `${name}=${version}`,
  );
}

/** Directories of the unpacked libraries. */
export function libraryDirectories(): string[] {
  const libraries = path.join(ROOT, 'usr/lib');
  return readdirSync(libraries)
    .filter((name) => name.includes('-linux-'))
    .map((name) => path.join(libraries, name));
}
