import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNodeBinary } from '../../../tools/provider/node-binary.ts';
import { hostPlatform, NODE_VERSION, PLATFORMS } from '../../../tools/provider/platforms.ts';
import { findInTar } from '../../../tools/provider/tar.ts';

const foreign = PLATFORMS.find((platform) => platform !== hostPlatform()) as (typeof PLATFORMS)[0];

describe('Node for an executable', () => {
  let cache: string;
  beforeEach(async () => {
    cache = await mkdtemp(path.join(tmpdir(), 'node-cache-'));
  });
  afterEach(() => rm(cache, { recursive: true, force: true }));

  it('is the installed package if the executable is for this machine', async () => {
    const node = await findNodeBinary(hostPlatform(), cache);
    expect(node.preparedBy).toBe(node.file);
    expect(node.license).toContain('Node.js is licensed');
  });

  it('is rejected if the downloaded package is not the pinned one', async () => {
    const archive = `${foreign.nodePackage}-${NODE_VERSION}.tgz`;
    await writeFile(path.join(cache, archive), 'something else');
    await expect(findNodeBinary(foreign, cache)).rejects.toThrow(
      /is not the package that is pinned: delete it/,
    );
  });

  it('is named with advice if the package cannot be downloaded', async () => {
    const offline = () => Promise.reject(new Error('offline'));
    await expect(findNodeBinary(foreign, cache, offline)).rejects.toThrow(
      `${foreign.nodePackage}@${NODE_VERSION} cannot be fetched from the npm registry: build where it can, or leave the platform out with --platform`,
    );
  });
});

describe('a tar archive', () => {
  it('returns the bytes of a file, and throws if it has none of that name', () => {
    const tar = Buffer.concat([entry('a/one', 'first'), entry('a/two', 'x'.repeat(600))]);
    expect(findInTar(tar, 'a/two').toString()).toBe('x'.repeat(600));
    expect(() => findInTar(tar, 'a/three')).toThrow('the archive has no a/three');
  });
});

function entry(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}
