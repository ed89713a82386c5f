// `npm run interop [-- NAME...]`: the tests of test/interop, of all servers or of those named.
// Writes docs/servers-tested.md if each server was tested.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { RESULTS_DIRECTORY, readResults } from '../../test/interop/results.ts';
import { servers } from '../../test/interop/servers.ts';
import { describeResults } from './describe-results.ts';

const JEST = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/servers-tested.md', import.meta.url));

const names = process.argv.slice(2);
const known = servers.map(({ name }) => name);
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`interop: there is no server ${unknown.join(', ')}: there are ${known.join(', ')}`);
  process.exit(2);
}

// What an earlier run has left is not of this run.
rmSync(RESULTS_DIRECTORY, { recursive: true, force: true });
const paths = names.length === 0 ? [] : ['--', ...names.map((name) => `test/interop/${name}/`)];
const options = ['--selectProjects', 'interop', '--verbose', '--maxWorkers=3'];
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', JEST, ...options, ...paths],
  { stdio: 'inherit' },
);
const results = known.flatMap((name) => readResults(name) ?? []);
if (results.length === known.length) writeFileSync(PAGE, describeResults(results));
process.exitCode = status ?? 1;
