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

/** Downloads the archive of an npm package into a directory. */
export type PackPackage = (nameAndVersion: string, folder: string) => Promise<unknown>;

/**
 * Node.js for one platform, and the Node.js of the same version on this machine, which prepares the
 * embedded script.
 */
export interface NodeBinary {
  readonly platform: Platform;
  readonly file: string;
  /** The licences of Node.js and its parts. */
  readonly license: string;
  readonly preparedBy: string;
}

/**
 * Finds Node.js for a platform: the installed optional dependency for this machine, else the
 * package of the registry. It is downloaded once, and must have the pinned SHA-512.
 *
 * @param cache directory for downloads
 * @param pack downloads a package: `npm pack`
 * @throws Error with advice, if a package is missing, cannot be downloaded, or has another SHA-512
 */
export async function findNodeBinary(
  platform: Platform,
  cache: string,
  pack: PackPackage = npmPack,
): Promise<NodeBinary> {
  const host = hostPlatform();
  if (platform === host) return installedNode(platform);
  const fetchFile = async (from: Platform, name: string) => {
    const file = path.join(cache, `${from.nodePackage}-${NODE_VERSION}`, path.basename(name));
    if (!existsSync(file)) await unpack(await fetchPackage(from, cache, pack), name, file);
    return file;
  };
  const file = await fetchFile(platform, `package/${binaryIn(platform)}`);
  const preparedBy = await fetchFile(host, `package/${binaryIn(host)}`);
  // The packages for Windows do not contain the licence, which is the same for all platforms.
  const license = await fetchFile(LICENSED, 'package/LICENSE');
  return { platform, file, license: await readFile(license, 'utf8'), preparedBy };
}

async function installedNode(platform: Platform): Promise<NodeBinary> {
  const { nodePackage } = platform;
  try {
    const found = createRequire(import.meta.url).resolve(`${nodePackage}/package.json`);
    const file = path.join(path.dirname(found), binaryIn(platform));
    const license = path.join(path.dirname(found), 'LICENSE');
    return { platform, file, license: await readFile(license, 'utf8'), preparedBy: file };
  } catch (cause) {
    throw new Error(
      `${nodePackage} is not installed: run npm ci without --omit=optional, or build with --thin alone`,
      { cause },
    );
  }
}

async function unpack(archive: Buffer, name: string, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  // The file gets its name only when it is complete.
  await writeFile(`${file}.part`, findInTar(gunzipSync(archive), name), { mode: 0o755 });
  await rename(`${file}.part`, file);
}

async function fetchPackage(
  { nodePackage, integrity }: Platform,
  cache: string,
  pack: PackPackage,
): Promise<Buffer> {
  await mkdir(cache, { recursive: true });
  const archive = path.join(cache, `${nodePackage}-${NODE_VERSION}.tgz`);
  if (!existsSync(archive)) {
    await pack(`${nodePackage}@${NODE_VERSION}`, cache).catch((cause) => {
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

function npmPack(nameAndVersion: string, folder: string): Promise<unknown> {
  const args = ['pack', nameAndVersion, '--pack-destination', folder];
  return run('npm', args, { shell: process.platform === 'win32' });
}

function binaryIn({ os }: Platform): string {
  return os === 'windows' ? 'bin/node.exe' : 'bin/node';
}
