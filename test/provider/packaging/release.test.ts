import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { type Package, packageThin } from '../../../tools/provider/package-provider.ts';
import { findPlatform, THIN_PLATFORMS } from '../../../tools/provider/platforms.ts';
import {
  writeMirror,
  writeRegistry,
  writeReleaseFiles,
} from '../../../tools/provider/release-layout.ts';
import { bundleSample } from '../framework/support/sample-bundle.ts';
import { readModes } from './zip-modes.ts';

let folder: string;
let packages: Package[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'release-'));
  packages = await packageThin(await bundleSample(folder), '1.2.3', THIN_PLATFORMS);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const release = () => ({ name: 'sample', version: '1.2.3', packages });

describe('thin packages', () => {
  it('are the same bytes for each platform, so that one hash in a lock file fits all', () => {
    expect(packages).toHaveLength(4);
    expect(new Set(packages.map(({ bytes }) => sha256(bytes))).size).toBe(1);
  });

  it('are the same bytes when they are built from the sources again', async () => {
    const elsewhere = path.join(folder, 'again');
    const again = await packageThin(await bundleSample(elsewhere), '1.2.3', THIN_PLATFORMS);
    expect(again.map(({ bytes }) => sha256(bytes))).toEqual(
      packages.map(({ bytes }) => sha256(bytes)),
    );
  });

  it('have no path of the machine that built them', () => {
    const files = unzipSync(packages[0]?.bytes ?? Buffer.alloc(0));
    for (const bytes of Object.values(files)) {
      expect(Buffer.from(bytes).toString()).not.toMatch(
        new RegExp(`${process.cwd()}|\\.\\./node_modules|"\\.\\./`),
      );
    }
  });

  it('contain one program, a package.json that makes it CommonJS, and the licences', () => {
    const [first] = packages as [Package];
    expect(readModes(first.bytes)).toEqual({
      'terraform-provider-sample_v1.2.3': 0o100755,
      'package.json': 0o100644,
      LICENSE: 0o100644,
      'LICENSE-third-party': 0o100644,
    });
    const files = unzipSync(first.bytes);
    expect(JSON.parse(String(Buffer.from(files['package.json'] ?? [])))).toEqual({
      type: 'commonjs',
    });
    expect(
      Buffer.from(files['terraform-provider-sample_v1.2.3'] ?? [])
        .toString()
        .slice(0, 20),
    ).toBe('#!/usr/bin/env node\n');
  });
});

describe('the licences of a package', () => {
  it('are those of every library in it, with their text', () => {
    const files = unzipSync(packages[0]?.bytes ?? Buffer.alloc(0));
    const notices = Buffer.from(files['LICENSE-third-party'] ?? []).toString();
    for (const library of ['@bufbuild/protobuf', '@grpc/grpc-js', '@msgpack/msgpack']) {
      expect(notices).toMatch(new RegExp(`^${library} [0-9.]+ \\(`, 'm'));
    }
    expect(notices).toContain('Permission to use, copy, modify, and/or distribute this software');
    expect(notices).not.toContain('protobufjs');
  });
});

describe('a release', () => {
  it('has the sums of every archive and of the manifest, which names the protocol', async () => {
    const home = path.join(folder, 'files');
    const sums = await readFile(await writeReleaseFiles(release(), home), 'utf8');
    const listed = sums
      .trimEnd()
      .split('\n')
      .map((line) => line.split('  ') as [string, string]);
    const present = (await readdir(home)).filter((name) => !name.endsWith('SHA256SUMS'));
    expect(listed.map(([, name]) => name).sort()).toEqual(present.sort());
    for (const [sum, name] of listed) {
      expect(sha256(await readFile(path.join(home, name)))).toBe(sum);
    }
    const manifest = 'terraform-provider-sample_1.2.3_manifest.json';
    expect(JSON.parse(await readFile(path.join(home, manifest), 'utf8'))).toEqual({
      version: 1,
      metadata: { protocol_versions: ['6.0'] },
    });
  });

  it('makes a mirror whose index leads to archives with their hashes', async () => {
    const mirror = path.join(folder, 'mirror');
    await writeMirror(release(), mirror);
    const home = path.join(mirror, 'registry.terraform.io/token-vending/sample');
    const index = JSON.parse(await readFile(path.join(home, 'index.json'), 'utf8'));
    expect(index).toEqual({ versions: { '1.2.3': {} } });
    const { archives } = JSON.parse(await readFile(path.join(home, '1.2.3.json'), 'utf8')) as {
      archives: Record<string, { url: string; hashes: string[] }>;
    };
    expect(Object.keys(archives)).toEqual(THIN_PLATFORMS.map(({ os, arch }) => `${os}_${arch}`));
    for (const { url, hashes } of Object.values(archives)) {
      expect(hashes).toEqual([`zh:${sha256(await readFile(path.join(home, url)))}`]);
    }
  });

  it('makes a registry whose links, relative to each response, lead to files', async () => {
    const root = path.join(folder, 'registry');
    await writeRegistry(release(), { keyId: 'ABCD', asciiArmor: 'armor' }, root);
    const service = JSON.parse(
      await readFile(path.join(root, '.well-known/terraform.json'), 'utf8'),
    );
    const home = path.join(root, service['providers.v1'], 'token-vending/sample');
    const { versions } = JSON.parse(await readFile(path.join(home, 'versions'), 'utf8'));
    expect(versions).toHaveLength(1);
    for (const { os, arch } of versions[0].platforms) {
      const file = path.join(home, '1.2.3/download', os, arch);
      const answer = JSON.parse(await readFile(file, 'utf8'));
      // The URL of the response is `.../download/<os>/<arch>`, and links are resolved against it.
      const at = new URL(`file://${file}`);
      const archive = await readFile(new URL(answer.download_url, at));
      expect(sha256(archive)).toBe(answer.shasum);
      const sums = await readFile(new URL(answer.shasums_url, at), 'utf8');
      expect(sums).toContain(`${answer.shasum}  ${answer.filename}\n`);
      expect(answer.signing_keys.gpg_public_keys).toEqual([
        { key_id: 'ABCD', ascii_armor: 'armor' },
      ]);
    }
  });

  it('names the known platforms for an unknown one', () => {
    expect(() => findPlatform('plan9_amd64')).toThrow(
      'no provider is built for plan9_amd64 (but for linux_amd64, linux_arm64, darwin_amd64, darwin_arm64, windows_amd64)',
    );
  });
});
