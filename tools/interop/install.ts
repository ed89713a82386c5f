// `npm run interop:install`: third-party programs that `npm run interop` tests with, each in a
// folder of interop/.
import process from 'node:process';
import { servers } from '../../test/interop/servers.ts';
import type { InstallRow } from './install-row.ts';
import { moto } from './moto.ts';
import { runtimeInterfaceClient } from './runtime-interface-client.ts';

const rows: readonly InstallRow[] = [
  runtimeInterfaceClient,
  moto,
  ...servers.map(({ installation }) => installation),
];

// All at once: each waits for a download half of its time.
await Promise.all(
  rows.map(async (row) => {
    try {
      await installRow(row);
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      console.error(`interop:install: ${row.name}: ${reason}`);
      process.exitCode = 1;
    }
  }),
);

async function installRow(row: InstallRow): Promise<void> {
  if (row.isInstalled()) {
    console.log(`${row.name} is installed`);
    return;
  }
  const missing = row.missing();
  if (missing.length > 0) {
    console.log(`${row.name} is skipped: this machine has no ${missing.join(', no ')}`);
    return;
  }
  console.log(`${row.name} is being installed`);
  await row.install();
  console.log(`${row.name} is installed now`);
}
