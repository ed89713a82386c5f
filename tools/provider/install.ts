// `npm run provider:install [-- --name tokenvending] [--plugins DIR]`: the thin provider for
// Terraform on this machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { bundleProvider, packageVersion } from '../bundle-provider.ts';
import { installThin } from './install-layout.ts';
import { hostPlatform } from './platforms.ts';
import { NAMESPACE } from './release-layout.ts';

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'tokenvending' },
    entry: { type: 'string' },
    plugins: { type: 'string', default: path.join(homedir(), '.terraform.d/plugins') },
  },
});

try {
  const { name, entry, plugins } = values;
  const platform = hostPlatform();
  if (platform.os === 'windows') {
    throw new Error(
      'Windows runs no scripts with a shebang: npm run provider:release makes an executable',
    );
  }
  const outdir = await mkdtemp(path.join(tmpdir(), 'provider-install-'));
  const bundle = await bundleProvider({ name, outdir, ...(entry === undefined ? {} : { entry }) });
  const version = await packageVersion();
  const home = await installThin(bundle, version, platform, plugins);
  await rm(outdir, { recursive: true, force: true });
  console.log(`Installed in ${home}

terraform {
  required_providers {
    ${name} = {
      source  = "${NAMESPACE}/${name}"
      version = "${version}"
    }
  }
}

Then terraform init (with -upgrade, and without .terraform.lock.hcl, after each install of the same version).`);
} catch (error) {
  console.error(`provider:install: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
