import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Package } from './package-provider.ts';
import { targetOf } from './platforms.ts';

/** The default registry of Terraform, which a configuration can replace. */
export const REGISTRY_HOST = 'registry.terraform.io';
export const NAMESPACE = 'token-vending';

const PROTOCOL = '6.0';

export interface Release {
  readonly name: string;
  readonly version: string;
  readonly packages: readonly Package[];
}

/** The key that signed the sums, if they are signed. */
export interface SigningKey {
  readonly keyId: string;
  readonly asciiArmor: string;
}

/**
 * Writes archives, manifest and SHA256SUMS: the files of a GitHub release of a provider, except the
 * signature.
 *
 * @returns path of the sums
 */
export async function writeReleaseFiles(release: Release, folder: string): Promise<string> {
  const { name, version, packages } = release;
  const prefix = `terraform-provider-${name}_${version}`;
  const manifest = { version: 1, metadata: { protocol_versions: [PROTOCOL] } };
  const files = [
    ...packages.map(({ filename, bytes }) => ({ filename, bytes })),
    { filename: `${prefix}_manifest.json`, bytes: jsonOf(manifest) },
  ];
  const sums = path.join(folder, `${prefix}_SHA256SUMS`);
  await mkdir(folder, { recursive: true });
  for (const { filename, bytes } of files) await writeFile(path.join(folder, filename), bytes);
  await writeFile(
    sums,
    files.map(({ filename, bytes }) => `${sha256(bytes)}  ${filename}\n`).join(''),
  );
  return sums;
}

/**
 * Writes a mirror: packed archives for `filesystem_mirror`, and index files with which an HTTPS
 * server can serve it as a `network_mirror`.
 */
export async function writeMirror(release: Release, folder: string): Promise<void> {
  const { name, version, packages } = release;
  const home = path.join(folder, REGISTRY_HOST, NAMESPACE, name);
  const archives = packages.map(({ filename, platform, bytes }) => [
    targetOf(platform),
    { url: filename, hashes: [`zh:${sha256(bytes)}`] },
  ]);
  await mkdir(home, { recursive: true });
  for (const { filename, bytes } of packages) await writeFile(path.join(home, filename), bytes);
  await writeFile(path.join(home, 'index.json'), jsonOf({ versions: { [version]: {} } }));
  await writeFile(
    path.join(home, `${version}.json`),
    jsonOf({ archives: Object.fromEntries(archives) }),
  );
}

/**
 * Writes the static responses of a provider registry (provider registry protocol v1), with relative
 * URLs.
 *
 * > [!WARNING]
 * > Terraform installs from a registry only if the release is signed.
 */
export async function writeRegistry(
  release: Release,
  key: SigningKey | undefined,
  folder: string,
): Promise<void> {
  const { name, version, packages } = release;
  const home = path.join(folder, 'v1/providers', NAMESPACE, name);
  const files = path.join(home, version, 'files');
  await writeReleaseFiles(release, files);
  const platforms = packages.map(({ platform: { os, arch } }) => ({ os, arch }));
  await writeJson(path.join(folder, '.well-known/terraform.json'), {
    'providers.v1': '/v1/providers/',
  });
  await writeJson(path.join(home, 'versions'), {
    versions: [{ version, protocols: [PROTOCOL], platforms }],
  });
  for (const { filename, platform, bytes } of packages) {
    const { os, arch } = platform;
    const sums = `../../files/terraform-provider-${name}_${version}_SHA256SUMS`;
    await writeJson(path.join(home, version, 'download', os, arch), {
      protocols: [PROTOCOL],
      os,
      arch,
      filename,
      download_url: `../../files/${filename}`,
      shasum: sha256(bytes),
      shasums_url: sums,
      shasums_signature_url: `${sums}.sig`,
      signing_keys: {
        gpg_public_keys:
          key === undefined ? [] : [{ key_id: key.keyId, ascii_armor: key.asciiArmor }],
      },
    });
  }
}

async function writeJson(file: string, content: unknown): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, jsonOf(content));
}

function jsonOf(content: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
