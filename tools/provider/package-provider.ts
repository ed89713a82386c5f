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
 * Packages that need Node (20.3 or newer) on the PATH of whoever runs Terraform. They are the same on every platform.
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
    // In a project of ES modules Node would else take a file without extension for one.
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
 * A package that needs nothing but the C library of its platform.
 *
 * @param cache directory for Node's packages of other platforms
 * @throws Error with the remedy where Node for the platform cannot be had
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

/** What Terraform looks for in an unpacked package. */
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
