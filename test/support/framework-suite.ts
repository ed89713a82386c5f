import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { bundleSample } from '../provider/framework/support/sample-bundle.ts';
import { openSample, type SampleRun } from '../provider/framework/support/sample-run.ts';
import { CONFIGURATION_TESTS } from './framework-configuration.ts';
import { RESOURCE_TESTS } from './framework-resources.ts';
import { sampleRows } from './sample-rows.ts';
import { describeTerraform, releaseThin } from './terraform.ts';

/**
 * Runs the sample provider under the real terraform.
 *
 * @param sample titles of the tests to run; all if absent
 */
export function describeFrameworkResources(sample?: readonly string[]): void {
  let folder: string;
  let thin: Release;
  let run: SampleRun | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'provider-resources-'));
    thin = await releaseThin(await bundleSample(folder));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => run?.close());

  const tests = sampleRows([...RESOURCE_TESTS, ...CONFIGURATION_TESTS], ([title]) => title, sample);

  describeTerraform('resources of the framework under the real terraform', () => {
    it.each(tests)('%s', async (_title, body) => {
      await body(async (configuration) => {
        run = await openSample(thin, configuration);
        return run;
      });
    });
  });
}
