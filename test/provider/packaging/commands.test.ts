import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageVersion } from '../../../tools/bundle-provider.ts';
import { hostPlatform } from '../../../tools/provider/platforms.ts';

const run = promisify(execFile);
const tools = fileURLToPath(new URL('../../../tools/provider', import.meta.url));
const entry = fileURLToPath(
  new URL('../framework/support/sample-provider-main.ts', import.meta.url),
);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'commands-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const command = (name: string, ...args: string[]) =>
  run(process.execPath, [path.join(tools, name), '--name', 'sample', '--entry', entry, ...args]);

describe('npm run provider:release', () => {
  it('makes the files of a release, a mirror and a registry, and says that nothing is signed', async () => {
    const { stdout } = await command('release.ts', '--thin', '--out', folder);
    const version = await packageVersion();
    const home = path.join(folder, 'sample/thin');
    expect((await readdir(home)).sort()).toEqual([
      'mirror',
      'registry',
      `terraform-provider-sample_${version}_SHA256SUMS`,
      ...['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'].map(
        (target) => `terraform-provider-sample_${version}_${target}.zip`,
      ),
      `terraform-provider-sample_${version}_manifest.json`,
    ]);
    expect(stdout).toContain('not signed, so for mirrors; a registry wants --gpg-key');
  });

  it('fails for an unknown platform, naming the known ones', async () => {
    await expect(command('release.ts', '--platform', 'plan9_386', '--out', folder)).rejects.toThrow(
      'provider:release: no provider is built for plan9_386 (but for linux_amd64,',
    );
  });
});

describe('npm run provider:install', () => {
  it('puts the thin provider where terraform init looks, and says what to write', async () => {
    const { stdout } = await command('install.ts', '--plugins', path.join(folder, 'plugins'));
    const version = await packageVersion();
    const { os, arch } = hostPlatform();
    const home = `plugins/registry.terraform.io/token-vending/sample/${version}/${os}_${arch}`;
    await access(path.join(folder, home, `terraform-provider-sample_v${version}`));
    expect(stdout).toContain('source  = "token-vending/sample"');
    expect(stdout).toContain(`version = "${version}"`);
  });
});
