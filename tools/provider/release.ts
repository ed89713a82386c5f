// `npm run provider:release [-- --name tokenvending] [--thin] [--platform linux_amd64 ...]
// [--gpg-key KEY]`: packages to publish.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleProvider, packageVersion } from '../bundle-provider.ts';
import { type Package, packageStandalone, packageThin } from './package-provider.ts';
import { findPlatform, PLATFORMS, type Platform, THIN_PLATFORMS } from './platforms.ts';
import {
  type SigningKey,
  writeMirror,
  writeRegistry,
  writeReleaseFiles,
} from './release-layout.ts';
import { readSigningKey, signSums } from './sign-sums.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'tokenvending' },
    entry: { type: 'string' },
    out: { type: 'string', default: path.join(root, 'dist/release') },
    cache: { type: 'string', default: path.join(root, 'dist/node') },
    thin: { type: 'boolean', default: false },
    platform: { type: 'string', multiple: true },
    'gpg-key': { type: 'string' },
  },
});

try {
  await release();
} catch (error) {
  console.error(`provider:release: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}

async function release(): Promise<void> {
  const { name, entry, thin, 'gpg-key': user } = values;
  const chosen = values.platform?.map(findPlatform) ?? PLATFORMS;
  const out = path.join(values.out, name);
  const key = user === undefined ? undefined : await readSigningKey(user);
  await rm(out, { recursive: true, force: true });
  const outdir = path.join(out, 'bundle');
  const bundle = await bundleProvider({ name, outdir, ...(entry === undefined ? {} : { entry }) });
  const version = await packageVersion();
  const isThin = (platform: Platform) => THIN_PLATFORMS.includes(platform);
  const packages = await packageThin(bundle, version, chosen.filter(isThin));
  await publish('thin', packages, out, key);
  if (thin) return;
  const standalone: Package[] = [];
  // Each executable takes half a gigabyte of memory, so they are made one after the other.
  for (const platform of chosen) {
    standalone.push(await packageStandalone(bundle, version, platform, values.cache));
  }
  await publish('standalone', standalone, out, key);
  if (process.platform !== 'darwin' && chosen.some(({ os }) => os === 'darwin')) {
    console.log('standalone  not built on a Mac, so the ones for macOS lack its signature');
  }
}

/**
 * Terraform's file names permit one kind of package for each platform, so each kind is a separate
 * release.
 */
async function publish(
  kind: 'thin' | 'standalone',
  packages: readonly Package[],
  out: string,
  key: SigningKey | undefined,
): Promise<void> {
  const { name } = values;
  const version = await packageVersion();
  const made = { name, version, packages };
  const folder = path.join(out, kind);
  const prefix = `terraform-provider-${name}_${version}`;
  const sums = await writeReleaseFiles(made, folder);
  await writeMirror(made, path.join(folder, 'mirror'));
  await writeRegistry(made, key, path.join(folder, 'registry'));
  if (key !== undefined) {
    const files = path.join(folder, 'registry/v1/providers/token-vending', name, version, 'files');
    await signSums(key.keyId, [sums, path.join(files, `${prefix}_SHA256SUMS`)]);
  }
  for (const { filename, bytes } of packages) {
    console.log(`${kind}  ${filename}  ${(bytes.length / 1e6).toFixed(1)} MB`);
  }
  console.log(
    `${kind}  ${path.relative(process.cwd(), folder)}: ${key === undefined ? 'not signed, so for mirrors; a registry wants --gpg-key' : `signed by ${key.keyId}`}`,
  );
}
