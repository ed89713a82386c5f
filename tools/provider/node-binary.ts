import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { findPlatform, hostPlatform, NODE_VERSION, type Platform } from './platforms.ts';
import { findInTar } from './tar.ts';

const run = promisify(execFile);
const LICENSED = findPlatform('linux_amd64');

/** Node for one platform, and the Node of the same version that runs here and prepares what is embedded. */
export interface NodeBinary {
  readonly file: string;
  /** What Node and its parts are licensed under. */
  readonly license: string;
  readonly preparedBy: string;
}

/**
 * Finds Node for a platform: for this machine the installed optional dependency, for others the package of the registry, which is
 * fetched once and must have the pinned SHA-512.
 *
 * @param cache directory that keeps what was fetched
 * @throws Error with the remedy, where a package is missing, cannot be fetched, or is another than the pinned one
 */
export async function findNodeBinary(platform: Platform, cache: string): Promise<NodeBinary> {
  const host = hostPlatform();
  if (platform === host) return installedNode(platform);
  const file = await fetchFromNode(platform, `package/${binaryIn(platform)}`, cache);
  const preparedBy = await fetchFromNode(host, `package/${binaryIn(host)}`, cache);
  // The packages for Windows leave it out; it is one for all platforms.
  const license = await fetchFromNode(LICENSED, 'package/LICENSE', cache);
  return { file, license: await readFile(license, 'utf8'), preparedBy };
}

async function installedNode(platform: Platform): Promise<NodeBinary> {
  const { nodePackage } = platform;
  try {
    const found = createRequire(import.meta.url).resolve(`${nodePackage}/package.json`);
    const file = path.join(path.dirname(found), binaryIn(platform));
    const license = path.join(path.dirname(found), 'LICENSE');
    return { file, license: await readFile(license, 'utf8'), preparedBy: file };
  } catch (cause) {
    throw new Error(
      `${nodePackage} is not installed: run npm ci without --omit=optional, or build with --thin alone`,
      { cause },
    );
  }
}

/** Unpacks one file of a Node package into the cache, and answers where it is. */
async function fetchFromNode(platform: Platform, name: string, cache: string): Promise<string> {
  const folder = path.join(cache, `${platform.nodePackage}-${NODE_VERSION}`);
  const file = path.join(folder, path.basename(name));
  if (existsSync(file)) return file;
  const tar = gunzipSync(await fetchPackage(platform, cache));
  await mkdir(folder, { recursive: true });
  // Under its name only when it is whole.
  await writeFile(`${file}.part`, findInTar(tar, name), { mode: 0o755 });
  await rename(`${file}.part`, file);
  return file;
}

async function fetchPackage({ nodePackage, integrity }: Platform, cache: string): Promise<Buffer> {
  await mkdir(cache, { recursive: true });
  const archive = path.join(cache, `${nodePackage}-${NODE_VERSION}.tgz`);
  if (!existsSync(archive)) {
    await run('npm', ['pack', `${nodePackage}@${NODE_VERSION}`, '--pack-destination', cache], {
      shell: process.platform === 'win32',
    }).catch((cause) => {
      throw new Error(
        `${nodePackage}@${NODE_VERSION} cannot be fetched from the npm registry: build where it can, or leave the platform out with --platform`,
        { cause },
      );
    });
  }
  const bytes = await readFile(archive);
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual === integrity) return bytes;
  throw new Error(
    `${archive} is not the package that is pinned: delete it, and if it comes again, do not trust the registry that sends it`,
  );
}

function binaryIn({ os }: Platform): string {
  return os === 'windows' ? 'bin/node.exe' : 'bin/node';
}
