import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, it } from '@jest/globals';
import { bundleProvider, type ProviderBundle } from '../../tools/bundle-provider.ts';
import { packageStandalone } from '../../tools/provider/package-provider.ts';
import { hostPlatform } from '../../tools/provider/platforms.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { tellFrameworkStory } from '../support/framework-story.ts';
import { describeTerraform, releaseThin } from '../support/terraform.ts';
import { openTerraform } from '../support/terraform-run.ts';
import { startTestSystem } from '../support/test-system.ts';
import { TOKEN_STORY, tellTokenStory } from '../support/token-story.ts';

let folder: string;
let sample: ProviderBundle;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'executables-'));
  sample = await bundleSample(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function releaseStandalone(bundle: ProviderBundle): Promise<Release> {
  const version = '0.1.0';
  const standalone = await packageStandalone(bundle, version, hostPlatform(), folder);
  return { name: bundle.name, version, packages: [standalone] };
}

// Terraform reads all 120 MB of an executable again and again: ten times as long as with the thin program.
describeTerraform('a provider as a single executable, under the real terraform', () => {
  it('carries an ephemeral value into another provider and a write-only argument, and into no file', async () => {
    await tellFrameworkStory(await releaseStandalone(sample));
  }, 600_000);

  it('carries an access token into another provider and a write-only argument, and into no file', async () => {
    const bundle = await bundleProvider({ name: 'tokenvending', outdir: folder });
    const releases = [await releaseStandalone(bundle), await releaseThin(sample)];
    const system = await startTestSystem();
    const terraform = await openTerraform(system, 'ci-checkout', {
      releases,
      configuration: TOKEN_STORY,
    });
    try {
      await tellTokenStory(system, terraform);
    } finally {
      await terraform.close();
      await system.stop();
    }
  }, 600_000);
});
