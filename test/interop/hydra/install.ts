import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstallRow } from '../../../tools/interop/install-row.ts';
import { isOnPath, run } from '../../../tools/interop/programs.ts';

export const VERSION = '2.3.0';
const PACKAGE = 'github.com/ory/hydra/v2';
// `go build` compares every module with the checksums of go.sum in this folder.
const moduleDirectory = fileURLToPath(new URL('.', import.meta.url));
const directory = fileURLToPath(new URL(`../../../interop/hydra-${VERSION}/`, import.meta.url));
export const HYDRA = path.join(directory, 'hydra');

/** Hydra, built from its Go module. */
export const installation: InstallRow = {
  name: `Ory Hydra ${VERSION}`,
  isInstalled: () => existsSync(HYDRA),
  missing() {
    const programs = ['go', 'gcc'].filter((program) => !isOnPath(program));
    if (programs.length > 0) return programs;
    return canReadToolLines() ? [] : ['Go 1.24 or later'];
  },
  async install() {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    // sqlite: for the database in memory. The other tag: the amalgamation of sqlite has no loader.
    const tags = ['-tags', 'sqlite,sqlite_omit_load_extension'];
    const output = `${HYDRA}.incomplete`;
    const flags = ['-trimpath', '-mod=readonly', '-ldflags', '-s -w', ...tags, '-o', output];
    await run('go', ['build', ...flags, PACKAGE], {
      cwd: moduleDirectory,
      environment: { GOTOOLCHAIN: 'local', CGO_ENABLED: '1' },
      logFile: path.join(directory, 'install.log'),
    });
    renameSync(output, HYDRA);
  },
};

/** Whether this Go knows the `tool` directive of go.mod. */
function canReadToolLines(): boolean {
  const { stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(stdout ?? '') ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 24);
}
