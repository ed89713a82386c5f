import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {
  findRuntimeInterfaceClient,
  RUNTIME_INTERFACE_CLIENT,
} from '../../local/runtime-interface-client.ts';
import type { InstallRow } from './install-row.ts';
import { isOnPath, run } from './programs.ts';

const { package: name, version, directory } = RUNTIME_INTERFACE_CLIENT;
// The last two build the native part. The package names them only by range.
const PACKAGES = [`${name}@${version}`, 'node-addon-api@8.9.2', 'node-gyp@11.5.0'];
// node-gyp would download headers. Those of the running Node.js have the same version.
const NODE_HOME = path.resolve(process.execPath, '../..');

/**
 * AWS's runtime interface client. Its native part is built from the sources in its package: curl
 * and aws-lambda-cpp.
 */
export const runtimeInterfaceClient: InstallRow = {
  name: `the runtime interface client ${name} ${version}`,
  isInstalled: () => findRuntimeInterfaceClient().entry !== undefined,
  missing() {
    // On other systems its scripts build nothing.
    if (process.platform !== 'linux') return ['Linux'];
    const programs = ['g++', 'make', 'python3', 'tar', 'xz'].filter((one) => !isOnPath(one));
    if (!isOnPath('cmake') && !isOnPath('cmake3')) programs.unshift('cmake');
    const headers = existsSync(path.join(NODE_HOME, 'include/node/node_api.h'));
    return headers ? programs : [...programs, `headers of Node.js in ${NODE_HOME}`];
  },
  async install() {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    // Without this file npm would look for a package in the parent folders.
    writeFileSync(path.join(directory, 'package.json'), '{ "private": true }\n');
    const flags = ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund'];
    const logFile = path.join(directory, 'build.log');
    await run('npm', ['install', '--prefix', directory, ...flags, ...PACKAGES], { logFile });
    const build = {
      cwd: path.join(directory, 'node_modules', name),
      environment: { npm_config_nodedir: NODE_HOME },
      logFile,
    };
    await run('sh', ['scripts/preinstall.sh'], build);
    await run('sh', ['scripts/postinstall.sh'], build);
    if (!this.isInstalled()) throw new Error('the build has left no native part');
  },
};
