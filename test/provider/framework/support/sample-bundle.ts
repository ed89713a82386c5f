import { fileURLToPath } from 'node:url';
import { bundleProvider, type ProviderBundle } from '../../../../tools/bundle-provider.ts';

/** The sample provider as it would be shipped, in a directory of the test's own. */
export function bundleSample(outdir: string): Promise<ProviderBundle> {
  const entry = fileURLToPath(new URL('./sample-provider-main.ts', import.meta.url));
  return bundleProvider({ name: 'sample', entry, outdir });
}
