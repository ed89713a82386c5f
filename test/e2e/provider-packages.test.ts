import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import type { ProviderBundle } from '../../tools/bundle-provider.ts';
import { makeExecutable } from '../../tools/provider/executable.ts';
import { installThin } from '../../tools/provider/install-layout.ts';
import { findNodeBinary } from '../../tools/provider/node-binary.ts';
import { hostPlatform } from '../../tools/provider/platforms.ts';
import { PluginClient } from '../provider/framework/support/plugin-client.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';

let folder: string;
let bundle: ProviderBundle;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'launch-'));
  bundle = await bundleSample(path.join(folder, 'bundle'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const launch = (file: string, environment: Record<string, string> = {}) =>
  PluginClient.launch({
    command: [file],
    clientCertificate: makeCertificate(),
    // The shebang finds the Node.js that runs the tests.
    environment: {
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
      ...environment,
    },
  });

async function answersAndEnds(plugin: PluginClient): Promise<void> {
  try {
    const { functions } = await plugin.call('getProviderSchema', {});
    expect(Object.keys(functions)).toEqual(['join']);
    await plugin.shutdown();
    expect(await plugin.exited()).toEqual({ code: 0, signal: null });
    expect(plugin.socketExists).toBe(false);
  } finally {
    await plugin.close();
  }
}

describe('the thin program', () => {
  it('makes the handshake and responds from the plugin directory, also inside a project of ES modules', async () => {
    const project = path.join(folder, 'project');
    await mkdir(project);
    await writeFile(path.join(project, 'package.json'), '{"type":"module"}');
    const home = await installThin(bundle, '1.2.3', hostPlatform(), path.join(project, 'plugins'));
    expect(path.relative(project, home)).toBe(
      `plugins/registry.terraform.io/token-vending/sample/1.2.3/${hostPlatform().os}_${hostPlatform().arch}`,
    );
    await answersAndEnds(await launch(path.join(home, 'terraform-provider-sample_v1.2.3')));
  });

  it('starts without loading undici, which would cost each launch', async () => {
    const hook = path.join(folder, 'loaded.cjs');
    await writeFile(
      hook,
      "process.on('exit', () => require('node:fs').writeSync(2, process.moduleLoadList.join()));",
    );
    const plugin = await launch(bundle.file, { NODE_OPTIONS: `--require ${hook}` });
    await plugin.call('getProviderSchema', {});
    await plugin.shutdown();
    await plugin.exited();
    expect(plugin.stderr).toContain('NativeModule http2');
    expect(plugin.stderr).not.toContain('undici');
    await plugin.close();
  });

  it('tells a user who starts it by hand what it is for', () => {
    const { status, stdout } = spawnSync(process.execPath, [bundle.file], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toBe(
      'terraform-provider-sample is a plugin of Terraform, which starts it: put it where terraform init finds it, and run terraform.\n',
    );
  });
});

describe('the single executable for this machine', () => {
  it('needs no Node.js on the PATH, ignores NODE_OPTIONS, and is the same bytes if built again', async () => {
    const node = await findNodeBinary(hostPlatform(), path.join(folder, 'unused'));
    const bytes = await makeExecutable(bundle.script, node);
    const file = path.join(folder, 'terraform-provider-sample_v1.2.3');
    await writeFile(file, bytes);
    await chmod(file, 0o755);
    await answersAndEnds(
      await launch(file, { PATH: '/nowhere', NODE_OPTIONS: '--no-such-option' }),
    );
    const again = await makeExecutable(bundle.script, node);
    const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
    expect(sha256(again)).toBe(sha256(bytes));
  });
});
