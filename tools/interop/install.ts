// `npm run interop:install`: third-party programs that `npm run interop` tests with, each in a
// folder of interop/.
import process from 'node:process';
import type { InstallRow } from './install-row.ts';
import { runtimeInterfaceClient } from './runtime-interface-client.ts';

const rows: readonly InstallRow[] = [runtimeInterfaceClient];

for (const row of rows) {
  try {
    installRow(row);
  } catch (error) {
    console.error(
      `interop:install: ${row.name}: ${error instanceof Error ? error.message : error}`,
    );
    process.exitCode = 1;
  }
}

function installRow(row: InstallRow): void {
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
  row.install();
}
