import { fileURLToPath } from 'node:url';
import { bundleProvider, type ProviderBundle } from '../../../../tools/bundle-provider.ts';

/** The sample provider in its shipped form, in a new directory. */
export function bundleSample(outdir: string): Promise<ProviderBundle> {
  const entry = fileURLToPath(new URL('./sample-provider-main.ts', import.meta.url));
  return bundleProvider({ name: 'sample', entry, outdir });
}
