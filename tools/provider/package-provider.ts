import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMONJS_PACKAGE, type ProviderBundle } from '../bundle-provider.ts';
import { makeExecutable } from './executable.ts';
import { findNodeBinary } from './node-binary.ts';
import { collectNotices } from './notices.ts';
import { type Platform, targetOf } from './platforms.ts';
import { writeZip, type ZipEntry } from './zip.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One archive of a release. */
export interface Package {
  readonly filename: string;
  readonly platform: Platform;
  readonly bytes: Buffer;
}

/**
 * Makes packages that need Node.js 20.3 or newer on the PATH of Terraform. They are the same on
 * every platform.
 *
 * @param version of the provider, as in `1.2.3`
 */
export async function packageThin(
  bundle: ProviderBundle,
  version: string,
  platforms: readonly Platform[],
): Promise<Package[]> {
  const program = await readFile(bundle.file);
  const bytes = await writeZip([
    { name: executableName(bundle.name, version), bytes: program, mode: 0o755 },
    // In a project of ES modules Node.js would otherwise load a file without extension as one.
    { name: 'package.json', bytes: Buffer.from(COMMONJS_PACKAGE), mode: 0o644 },
    ...(await licensesOf(bundle)),
  ]);
  return platforms.map((platform) => ({
    filename: archiveName(bundle.name, version, platform),
    platform,
    bytes,
  }));
}

/**
 * Makes a package that needs only the C library of its platform.
 *
 * @param cache directory for the Node.js packages of other platforms
 * @throws Error with advice, if Node.js for the platform is not available
 */
export async function packageStandalone(
  bundle: ProviderBundle,
  version: string,
  platform: Platform,
  cache: string,
): Promise<Package> {
  const node = await findNodeBinary(platform, cache);
  const program = await makeExecutable(bundle.script, node);
  const suffix = platform.os === 'windows' ? '.exe' : '';
  const bytes = await writeZip([
    { name: executableName(bundle.name, version) + suffix, bytes: program, mode: 0o755 },
    ...(await licensesOf(bundle)),
    { name: 'LICENSE-node', bytes: Buffer.from(node.license), mode: 0o644 },
  ]);
  return { filename: archiveName(bundle.name, version, platform), platform, bytes };
}

/** The name of the program in a package, which Terraform expects. */
export function executableName(name: string, version: string): string {
  return `terraform-provider-${name}_v${version}`;
}

function archiveName(name: string, version: string, platform: Platform): string {
  return `terraform-provider-${name}_${version}_${targetOf(platform)}.zip`;
}

async function licensesOf({ inputs }: ProviderBundle): Promise<ZipEntry[]> {
  const notices = await collectNotices(inputs, root);
  return [
    { name: 'LICENSE', bytes: await readFile(path.join(root, 'LICENSE')), mode: 0o644 },
    { name: 'LICENSE-third-party', bytes: Buffer.from(notices), mode: 0o644 },
  ];
}
