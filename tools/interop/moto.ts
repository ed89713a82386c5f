import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstallRow } from './install-row.ts';
import { isOnPath, run } from './programs.ts';

const VERSION = '5.2.0';
const directory = fileURLToPath(new URL(`../../interop/moto-${VERSION}/`, import.meta.url));
const installed = path.join(directory, 'installed');

/** The server of moto: Secrets Manager, S3 and KMS on loopback. */
export const MOTO_SERVER = path.join(directory, 'bin/moto_server');

/** moto, from PyPI, in a virtual environment of its own. */
export const moto: InstallRow = {
  name: `moto ${VERSION}`,
  isInstalled: () => existsSync(installed),
  missing: () => (isOnPath('python3') ? [] : ['python3']),
  async install() {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const logFile = path.join(directory, 'install.log');
    await run('python3', ['-m', 'venv', directory], { logFile });
    const python = path.join(directory, 'bin/python');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    await run(python, [...pip, `moto[server,s3,secretsmanager,kms]==${VERSION}`], { logFile });
    // Last, so that an interrupted installation is not taken for a complete one.
    renameSync(logFile, installed);
  },
};
