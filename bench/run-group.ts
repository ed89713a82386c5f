// The process of one group of benchmarks: its argument says which, its message is the result.
import process from 'node:process';
import type { GroupOptions } from './figure.ts';
import { GROUPS } from './groups.ts';

const { name, options }: { name: string; options: GroupOptions } = JSON.parse(
  process.argv[2] ?? '{}',
);
const load = GROUPS[name];
if (load === undefined) throw new Error(`no such group: ${name}`);
const run = await load();
const result = await run(options);
process.send?.(result, () => process.exit());
