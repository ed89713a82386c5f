import { readFileSync } from 'node:fs';
import type { InstallRow } from '../../../tools/interop/install-row.ts';

const MANIFEST = new URL('../../../node_modules/oidc-provider/package.json', import.meta.url);

export const VERSION: string = JSON.parse(readFileSync(MANIFEST, 'utf8')).version;

/** A development dependency of this project. */
export const installation: InstallRow = {
  name: `oidc-provider ${VERSION}`,
  isInstalled: () => true,
  missing: () => [],
  install: async () => undefined,
};
