import process from 'node:process';
import { parseArgs } from 'node:util';
import { bundleAction } from './bundle-action.ts';
import { bundleAnchor } from './bundle-anchor.ts';
import { bundleCli } from './bundle-cli.ts';
import { bundleClient } from './bundle-client.ts';
import { bundleFunction } from './bundle-function.ts';
import { bundleProber } from './bundle-prober.ts';
import { bundleProviders } from './bundle-provider.ts';
import { bundleRegistry } from './bundle-registry.ts';
import { bundleRotation } from './bundle-rotation.ts';

const targets: Record<string, () => Promise<unknown>> = {
  action: () => bundleAction(),
  anchor: () => bundleAnchor(),
  cli: () => bundleCli(),
  client: () => bundleClient(),
  function: () => bundleFunction(),
  provider: () => bundleProviders(),
  prober: () => bundleProber(),
  registry: () => bundleRegistry(),
  rotate: () => bundleRotation(),
};

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const chosen = values.only ?? Object.keys(targets);
const unknown = chosen.filter((name) => !Object.hasOwn(targets, name));
if (unknown.length > 0) {
  console.error(
    `build: no such target: ${unknown.join(', ')} (there are ${Object.keys(targets).join(', ')})`,
  );
  process.exit(2);
}
await Promise.all(chosen.map((name) => targets[name]?.()));
