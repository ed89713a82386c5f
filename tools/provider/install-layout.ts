import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { COMMONJS_PACKAGE, type ProviderBundle } from '../bundle-provider.ts';
import { executableName } from './package-provider.ts';
import { type Platform, targetOf } from './platforms.ts';
import { NAMESPACE, REGISTRY_HOST } from './release-layout.ts';

/**
 * Installs the thin provider unpacked into a directory of plugins, in which `terraform init` finds
 * it without a registry.
 *
 * @returns the directory of this version
 */
export async function installThin(
  bundle: ProviderBundle,
  version: string,
  platform: Pick<Platform, 'os' | 'arch'>,
  plugins: string,
): Promise<string> {
  const { name } = bundle;
  const home = path.join(plugins, REGISTRY_HOST, NAMESPACE, name, version, targetOf(platform));
  const program = path.join(home, executableName(name, version));
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await copyFile(bundle.file, program);
  await chmod(program, 0o755);
  await writeFile(path.join(home, 'package.json'), COMMONJS_PACKAGE);
  return home;
}
